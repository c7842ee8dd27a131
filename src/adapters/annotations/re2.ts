import { RE2JS, RE2JSSyntaxException } from 're2js';
import { quoted } from '../../core/quote.ts';
import type { Parsers } from '../../core/sources/parsers.ts';

const MAX_LENGTH = 256;

/** Instructions of a compiled pattern. Every connector holds them all, so that nobody's pattern may be too costly. */
const MAX_PROGRAM = 2_000;

/** `\pL`, `\p{Greek}`, `\P{^Greek}`: the name is in the one group or in the other. */
const UNICODE_CLASS = /\\p(?:\{\^?([^}]*)\}?|(.))/giu;

/**
 * What such a class may name: the categories, and scripts that Go has always known. re2js knows the scripts of newer
 * versions of Unicode too, and with one that Go has not heard of no connector would start.
 */
const CATEGORY = /^(Any|C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;
const SCRIPT = /^(Arabic|Bengali|Cyrillic|Devanagari|Greek|Han|Hangul|Hebrew|Hiragana|Katakana|Latin|Tamil|Thai)$/;

/** cloudflared matches with Go's `regexp`: what that refuses would keep every connector from starting. */
export const patternProblem: Parsers['patternProblem'] = (pattern) => {
  if (pattern === '') return 'is empty: it would match every path';
  if (pattern.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (/[\p{Cc}\p{Cs}]/u.test(pattern)) return 'must not hold control characters; write them as escapes';
  const strange = strangeClass(pattern);
  if (strange !== undefined) return `is no RE2 pattern: cloudflared may not know the class ${quoted(strange)}`;
  try {
    const size = RE2JS.compile(pattern).programSize();
    return size > MAX_PROGRAM ? 'repeats too much: write fewer or smaller repetitions' : undefined;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return `is no RE2 pattern: ${error.getDescription()}`;
    return 'cannot be compiled';
  }
};

function strangeClass(pattern: string): string | undefined {
  const classes = [...pattern.matchAll(UNICODE_CLASS)].map(([text, long, short]) => ({
    text,
    name: long ?? short ?? '',
  }));
  return classes.find(({ name }) => !CATEGORY.test(name) && !SCRIPT.test(name))?.text;
}
