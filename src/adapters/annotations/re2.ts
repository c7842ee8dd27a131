import { RE2JS, RE2JSSyntaxException } from 're2js';
import { quoted } from '../../core/quote.ts';
import type { Parsers } from '../../core/sources/parsers.ts';

const MAX_LENGTH = 256;

/** Largest compiled pattern, in instructions. Every connector holds all patterns in memory. */
const MAX_PROGRAM = 2_000;

/** `\pL`, `\p{Greek}`, `\P{^Greek}`. One of the two groups holds the name. */
const UNICODE_CLASS = /\\p(?:\{\^?([^}]*)\}?|(.))/giu;

/**
 * The names that a class may have: categories, and scripts that every version of Go knows. re2js also knows the scripts
 * of newer Unicode versions. A connector does not start with a script that its Go does not know.
 */
const CATEGORY = /^(Any|C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;
const SCRIPT = /^(Arabic|Bengali|Cyrillic|Devanagari|Greek|Han|Hangul|Hebrew|Hiragana|Katakana|Latin|Tamil|Thai)$/;

/** cloudflared uses Go's `regexp`. A connector does not start with a pattern that Go refuses. */
export const patternProblem: Parsers['patternProblem'] = (pattern) => {
  if (pattern === '') return 'is empty: it would match every path';
  if (pattern.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (/[\p{Cc}\p{Cs}]/u.test(pattern)) return 'must not contain control characters; write them as escapes';
  const unknown = unknownClass(pattern);
  if (unknown !== undefined) return `is not an RE2 pattern: cloudflared may not know the class ${quoted(unknown)}`;
  try {
    const size = RE2JS.compile(pattern).programSize();
    return size > MAX_PROGRAM ? 'is too large: write fewer or smaller repetitions' : undefined;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return `is not an RE2 pattern: ${error.getDescription()}`;
    return 'cannot be compiled';
  }
};

function unknownClass(pattern: string): string | undefined {
  const classes = [...pattern.matchAll(UNICODE_CLASS)].map(([text, long, short]) => ({
    text,
    name: long ?? short ?? '',
  }));
  return classes.find(({ name }) => !CATEGORY.test(name) && !SCRIPT.test(name))?.text;
}

/** Whether a pattern that cloudflared can use matches anywhere in a path. */
export function patternMatches(pattern: string, path: string): boolean {
  return RE2JS.compile(pattern).matcher(path).find();
}
