import { isWildcard } from './hostname.ts';
import { compare } from '../keys.ts';
import type { PathMatch, Route } from './route.ts';

/**
 * cloudflared takes the first rule that matches, so the order is the meaning: exact hosts before wildcards, longer
 * wildcards before shorter; of one host exact paths, longer prefixes before shorter, patterns, then the host alone.
 * Patterns of one host are equal here: a stable sort leaves them in the order of their sources, oldest first.
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
