import type { PathMatch } from '../model/route.ts';

/** The RE2 pattern for a path. cloudflared matches it anywhere in the path, so `Exact` and `Prefix` are anchored. */
export function patternOf({ type, value }: PathMatch): string {
  switch (type) {
    case 'Exact':
      return `^${quote(value)}$`;
    case 'Prefix':
      return `^${quote(value)}(/|$)`;
    case 'Regex':
      return value;
    default:
      return type satisfies never;
  }
}

/** The same as RE2's QuoteMeta. */
function quote(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
