import { ANY_HOST, isWildcard } from './hostname.ts';
import { compare } from '../keys.ts';
import type { RequestMatch } from './proxy-rule.ts';
import type { PathMatch, Route } from './route.ts';

/**
 * Orders rules, because cloudflared uses the first one that matches: exact hostnames before wildcards, longer wildcards
 * before shorter ones, and any host last. For one hostname: exact paths, prefixes from long to short, patterns, then no path; for one path:
 * a method, then more headers, then more query parameters. Whatever else is equal compares as equal, so a stable sort
 * keeps it in the order of the sources, oldest first.
 */
export function byPrecedence(a: Route, b: Route): number {
  return (
    byHost(a.hostname, b.hostname) ||
    RANK[typeOf(a.path)] - RANK[typeOf(b.path)] ||
    byPath(a.path, b.path) ||
    byMatch(a.proxy?.match, b.proxy?.match)
  );
}

function byHost(a: string, b: string): number {
  const anyHost = Number(a === ANY_HOST) - Number(b === ANY_HOST);
  const wildcards = Number(isWildcard(a)) - Number(isWildcard(b));
  return anyHost || wildcards || (isWildcard(a) ? b.length - a.length : 0) || compare(a, b);
}

const RANK = { Exact: 0, Prefix: 1, Regex: 2, none: 3 } as const;

function typeOf(path: PathMatch | undefined): keyof typeof RANK {
  return path?.type ?? 'none';
}

function byPath(a: PathMatch | undefined, b: PathMatch | undefined): number {
  if (a === undefined || b === undefined || a.type === 'Regex') return 0;
  return b.value.length - a.value.length || compare(a.value, b.value);
}

/** The more a match demands, the earlier it comes. */
function byMatch(a: RequestMatch = {}, b: RequestMatch = {}): number {
  return (
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    (b.headers?.length ?? 0) - (a.headers?.length ?? 0) ||
    (b.query?.length ?? 0) - (a.query?.length ?? 0)
  );
}
