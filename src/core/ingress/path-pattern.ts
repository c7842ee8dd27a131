import type { PathMatch } from '../model/route.ts';
import { quotedPattern } from '../pattern.ts';

/** The RE2 pattern for a path. cloudflared matches it anywhere in the path, so `Exact` and `Prefix` are anchored. */
export function patternOf({ type, value }: PathMatch): string {
  switch (type) {
    case 'Exact':
      return `^${quotedPattern(value)}$`;
    case 'Prefix':
      return `^${quotedPattern(value)}(/|$)`;
    case 'Regex':
      return value;
    default:
      return type satisfies never;
  }
}
