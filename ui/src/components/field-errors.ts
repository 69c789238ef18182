// From the api's field problems to the fields of a form.
import { toApiError } from "../api/errors.ts";

/** Errors by field, for those that the form has; others belong above its buttons. */
export function fieldErrors(error: unknown, known: readonly string[], text: string): Record<string, string> {
  const paths = toApiError(error).fields.map(({ path }) => known.find((name) => path === name || path.startsWith(`${name}.`)));
  return Object.fromEntries(paths.flatMap((path) => (path === undefined ? [] : [[path, text]])));
}

/** To be given to a form as what happens when it is not valid. */
export function focusFirst(form: { getInputNode: (path: string) => HTMLElement | null }): (errors: object) => void {
  return (errors) => {
    const [first] = Object.keys(errors);
    if (first !== undefined) form.getInputNode(first)?.focus();
  };
}
