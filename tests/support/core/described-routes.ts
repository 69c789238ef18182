// The routes of a listener as its description tells them, so that a test of all routes meets a new one by itself.

export interface DescribedRoute {
  readonly operationId: string;
  readonly method: string;
  /** With an id that nobody has in place of each parameter. */
  readonly path: string;
  /** With `{name}` for each parameter. */
  readonly template: string;
  /** Statuses that the description names. */
  readonly statuses: readonly number[];
  /** Only agents may call it, with a key of their own. */
  readonly isForAgents: boolean;
  /** Null when the route takes no body. */
  readonly body: { readonly example: unknown; readonly strings: readonly (readonly string[])[] } | null;
}

/** Of an agent's key: other keys have no route that takes a body. */
const UNKNOWN_KEY_ID = `oak_live_${"a".repeat(20)}`;
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

export function describedRoutes(document: any): DescribedRoute[] {
  return Object.entries<any>(document.paths).flatMap(([template, methods]) =>
    Object.entries<any>(methods).map(([method, operation]) => {
      const media = operation.requestBody?.content["application/json"];
      return {
        operationId: operation.operationId,
        method: method.toUpperCase(),
        template,
        path: template.replaceAll("{keyId}", UNKNOWN_KEY_ID).replaceAll(/\{[^}]+\}/g, UNKNOWN_ID),
        statuses: Object.keys(operation.responses).map(Number),
        isForAgents: ["agentKey", "agentKeyHeader"].join() === (operation.security ?? []).flatMap(Object.keys).join(),
        body: media === undefined ? null : { example: media.example ?? {}, strings: stringsOf(document, media.schema) },
      };
    }),
  );
}

/** The paths of all fields that may hold text; lists stand with one entry. */
function stringsOf(document: any, schema: any): string[][] {
  const named: string | undefined = schema.$ref;
  if (named !== undefined) return stringsOf(document, document.components.schemas[named.split("/").at(-1) ?? ""]);
  const below = (key: string, inner: any) => stringsOf(document, inner).map((path) => [key, ...path]);
  const paths = [
    ...Object.entries<any>(schema.properties ?? {}).flatMap(([key, inner]) => below(key, inner)),
    ...(schema.items === undefined ? [] : below("0", schema.items)),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap((one) => stringsOf(document, one)),
  ];
  const isText = schema.type === "string" || (Array.isArray(schema.type) && schema.type.includes("string"));
  return isText ? [[], ...paths] : paths;
}

/** A copy of `body` with `value` at `path`; what is missing on the way is made. */
export function withValue(body: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (key === "0") return [withValue(Array.isArray(body) ? body[0] : undefined, rest, value)];
  const before: any = typeof body === "object" && body !== null ? body : {};
  return { ...before, [key]: withValue(before[key], rest, value) };
}
