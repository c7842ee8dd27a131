import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { Grammars } from '../../core/routes/grammars.ts';

const MAX_LENGTH = 256;

/** Instructions of a compiled pattern. Every connector holds them all, so that nobody's pattern may be too costly. */
const MAX_PROGRAM = 2_000;

/** cloudflared matches with Go's `regexp`: what that refuses would keep every connector from starting. */
export const patternProblem: Grammars['patternProblem'] = (pattern) => {
  if (pattern === '') return 'is empty: it would match every path';
  if (pattern.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (/[\p{Cc}\p{Cs}]/u.test(pattern)) return 'must not hold control characters; write them as escapes';
  try {
    const size = RE2JS.compile(pattern).programSize();
    return size > MAX_PROGRAM ? 'repeats too much: write fewer or smaller repetitions' : undefined;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return `is no RE2 pattern: ${error.getDescription()}`;
    return 'cannot be compiled';
  }
};
