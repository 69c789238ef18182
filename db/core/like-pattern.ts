// What someone types into a search field, as a pattern of LIKE.

/** A pattern that finds the text anywhere; null for nothing to look for. */
export function likePattern(search: string | undefined): string | null {
  if (search === undefined || search === "") return null;
  return `%${search.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`;
}
