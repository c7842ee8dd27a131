/** Reads matches of headers and query parameters. */
import type { NamedMatch } from '../../api/gateway-routes.ts';
import type { Parsed } from '../model/parsed.ts';
import type { ValueMatch } from '../model/proxy-rule.ts';
import { quoted } from '../quote.ts';

type PatternProblem = (pattern: string) => string | undefined;

/** Of several matches of one name, the first counts. */
export function readValues(
  matches: readonly NamedMatch[],
  nameOf: (name: string) => string,
  patternProblem: PatternProblem,
): Parsed<readonly ValueMatch[]> {
  const found = new Map<string, ValueMatch>();
  for (const { type = 'Exact', name: written, value } of matches) {
    const name = nameOf(written);
    const isPattern = type === 'RegularExpression';
    const why = isPattern ? patternProblem(value) : undefined;
    if (why !== undefined) return { problem: `${quoted(value)} ${why}` };
    if (!isPattern && type !== 'Exact') return { problem: `${quoted(type)} is not a type of match that is supported` };
    if (!found.has(name)) found.set(name, { name, value, ...(isPattern ? { isPattern: true as const } : {}) });
  }
  return { value: [...found.values()] };
}
