/**
 * cloudflared compares decoded paths, and Envoy those that were sent. A request for `/%6Fpen` has the rule of `/open`
 * and the route of `/`: if these ask for different tokens, it would be let in by one and answered by the other.
 */
import type { PathMatch } from '../model/route.ts';
import { quotedPattern } from '../pattern.ts';
import type { JsonObject } from './envoy-json.ts';

const SLASH = anyForm('/');

/**
 * An Envoy route that answers 400 to requests whose path matches only after decoding. It belongs behind the routes of the
 * path, which take literal matches first. `undefined` for a pattern, since Access protects none, and for a whole hostname.
 */
export function refuseEncoded(path: PathMatch | undefined): JsonObject | undefined {
  if (path === undefined || path.type === 'Regex') return undefined;
  const isPrefix = path.type === 'Prefix';
  const value = isPrefix ? path.value.replace(/\/+$/, '') : path.value;
  if (value === '') return undefined;
  const regex = value.replaceAll(/./gsu, anyForm) + (isPrefix ? `(?s:${SLASH}.*)?` : '');
  return { match: { safe_regex: { regex } }, direct_response: { status: 400 } };
}

/** As it is, and encoded, which is possible for every character. */
function anyForm(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  const encoded = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return `(?:${quotedPattern(character)}|(?i:${encoded}))`;
}
