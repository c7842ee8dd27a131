/** The matches of a rule, whatever kind of route it is. */
import type { Parsed } from '../model/parsed.ts';
import type { ReadMatch } from './rule.ts';

/** A rule without a match matches everything, as one match without a condition does. */
export function readMatches<Match extends object>(
  matches: readonly Match[] = [],
  readMatch: (match: Match | Record<string, never>) => Parsed<ReadMatch>,
): readonly Parsed<ReadMatch>[] {
  return matches.length === 0 ? [readMatch({})] : matches.map(readMatch);
}
