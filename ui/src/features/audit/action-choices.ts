// The actions one can filter by: each of them, and before those of one noun the noun, for all of it.

export function actionChoices(actions: readonly string[]): readonly string[] {
  const nounOf = (action: string): string => action.slice(0, action.indexOf(".") + 1);
  const named = actions.filter((action) => nounOf(action) !== "");
  const nouns = [...new Set(named.map(nounOf))];
  return nouns.flatMap((noun) => {
    const each = named.filter((action) => nounOf(action) === noun);
    return each.length > 1 ? [noun, ...each] : each;
  });
}
