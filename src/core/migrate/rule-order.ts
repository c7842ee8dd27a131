/** Keeps the order in which rules match: the first that matches a request answers it, and this operator has an order of its own. */
import { byAge, keyOf } from '../keys.ts';
import type { Hostname } from '../model/hostname.ts';
import { byPrecedence } from '../model/precedence.ts';
import type { Route } from '../model/route.ts';
import type { PlacedRule } from './placement.ts';
import { nameOf, overlap } from './served-rules.ts';
import { type MigrationProblem, left } from './takeover.ts';

/** Two rules that a request may match both, and that this operator would put into the other order. */
export function orderProblems(placed: readonly PlacedRule[]): readonly string[] {
  return swappedPairs(placed).map(
    ([first, second]) =>
      `${nameOf(first.rule)} comes before ${nameOf(second.rule)} today, and would come after it: a request that matches both would go to Service ${keyOf(second.service)}. Anchor the paths so that none matches both, as in ^/api(/|$)`,
  );
}

/**
 * Makes prefixes of paths that are meant as such, at hostnames where the order would change otherwise: the longest prefix
 * comes first, whatever the Service.
 */
export function settleOrder(placed: readonly PlacedRule[]): {
  readonly placed: readonly PlacedRule[];
  readonly problems: readonly MigrationProblem[];
} {
  const hostnames = new Set(swappedPairs(placed).flatMap((pair) => pair.map(({ rule }) => rule.hostname)));
  const isChanged = ({ rule }: PlacedRule): boolean =>
    hostnames.has(rule.hostname) && rule.isPrefixMeant === true && LITERAL.test(rule.path ?? '');
  const settled = placed.map((one) => (isChanged(one) ? withPrefix(one) : one));
  const problems = placed.filter(isChanged).map(({ rule }) => left(prefixMessage(rule)));
  return { placed: settled, problems };
}

/** A path without anything that means something else in a pattern. */
const LITERAL = /^(?:\/[-A-Za-z0-9_~]+(?:\.[-A-Za-z0-9_~]+)*)+\/?$/;

function withPrefix(one: PlacedRule): PlacedRule {
  const path = (one.rule.path ?? '').replace(/\/$/, '');
  return { ...one, rule: { ...one.rule, path, isPrefix: true } };
}

function prefixMessage({ hostname, path = '' }: PlacedRule['rule']): string {
  return `${path} of ${hostname} matches anywhere in a path today, also ${path}x and /x${path}. It becomes a prefix, which matches ${path} and what is below it`;
}

function swappedPairs(placed: readonly PlacedRule[]): readonly (readonly [PlacedRule, PlacedRule])[] {
  const ours = placed
    .toSorted((a, b) => byAge(withAge(a), withAge(b)))
    .toSorted((a, b) => byPrecedence(routeOf(a), routeOf(b)));
  const place = new Map(ours.map((one, index) => [one, index]));
  const isBehind = (one: PlacedRule, other: PlacedRule): boolean => (place.get(one) ?? 0) > (place.get(other) ?? 0);
  return placed.flatMap((first, index) =>
    placed
      .slice(index + 1)
      .filter((second) => isBehind(first, second) && overlap(first.rule, second.rule))
      .map((second) => [first, second] as const),
  );
}

/** A Service that is yet to be made is the youngest. */
function withAge({ service }: PlacedRule): PlacedRule['service'] {
  const { creationTimestamp = '9999' } = service.metadata;
  return { ...service, metadata: { ...service.metadata, creationTimestamp } };
}

function routeOf({ rule, service }: PlacedRule): Route {
  const type = rule.isPrefix === true ? ('Prefix' as const) : ('Regex' as const);
  const path = rule.path === undefined ? {} : { path: { type, value: rule.path } };
  return { source: keyOf(service), hostname: rule.hostname as Hostname, origin: '', ...path };
}
