/** Describes missing items and duplicates. Each must exist exactly once. */
export function difference(what: string, expected: readonly string[], found: readonly string[]): readonly string[] {
  const left = [...found];
  const missing = expected.filter((item) => {
    const index = left.indexOf(item);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return [...missing.map((item) => `${what} missing: ${item}`), ...left.map((item) => `${what} too many: ${item}`)];
}
