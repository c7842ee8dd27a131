import { isWildcard } from './hostname.ts';
import { compare } from '../keys.ts';
import type { PathMatch, Route } from './route.ts';

/**
 * Orders rules, because cloudflared uses the first one that matches: exact hostnames before wildcards, longer wildcards
 * before shorter ones. For one hostname: exact paths, prefixes from long to short, patterns, then no path. Patterns of
 * one hostname compare as equal, so a stable sort keeps them in the order of their sources, oldest first.
 */
export function byPrecedence(a: Route, b: Route): number {
  return byHost(a.hostname, b.hostname) || RANK[typeOf(a.path)] - RANK[typeOf(b.path)] || byPath(a.path, b.path);
}

function byHost(a: string, b: string): number {
  const wildcards = Number(isWildcard(a)) - Number(isWildcard(b));
  return wildcards || (isWildcard(a) ? b.length - a.length : 0) || compare(a, b);
}

const RANK = { Exact: 0, Prefix: 1, Regex: 2, none: 3 } as const;

function typeOf(path: PathMatch | undefined): keyof typeof RANK {
  return path?.type ?? 'none';
}

function byPath(a: PathMatch | undefined, b: PathMatch | undefined): number {
  if (a === undefined || b === undefined || a.type === 'Regex') return 0;
  return b.value.length - a.value.length || compare(a.value, b.value);
}
