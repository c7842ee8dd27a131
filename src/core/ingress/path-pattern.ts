import type { PathMatch } from '../model/route.ts';

/** cloudflared looks for the pattern anywhere in the path: whatever is not a `Regex` must be anchored. */
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

/** RE2's own QuoteMeta. */
function quote(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
