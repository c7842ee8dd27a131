import { RE2JS } from 're2js';

/** A compiled Go regular expression. */
export interface Pattern {
  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean;
}

const patterns = new Map<string, Pattern>();

/** Compiles a pattern once. Throws Go's message for an invalid one. */
export function compilePattern(pattern: string): Pattern {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(pattern);
  const wrapped = { test: (text: string) => compiled.matcher(text).find() };
  patterns.set(pattern, wrapped);
  return wrapped;
}
