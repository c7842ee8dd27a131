import { quoted } from '../quote.ts';

/** A hostname in normal form: lower case, punycode, no trailing dot, optionally with a leading `*.`. */
export type Hostname = string & { readonly __brand: 'Hostname' };

/** Every hostname that no other route names. Only the routes of a Gateway claim it, and it has no record. */
export const ANY_HOST = '*' as Hostname;

export type ParsedHostname = { readonly hostname: Hostname } | { readonly problem: string };

const LABEL = /^[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?$/;

/** Parses a hostname into its normal form, which is needed because cloudflared compares bytes. */
export function parseHostname(text: string): ParsedHostname {
  if (/[\s\p{Cc}/\\:@?#%]/u.test(text))
    return { problem: `${quoted(text)} must be a hostname without scheme, port, path or spaces` };
  const hostname = normalName(text);
  const problem = problemWith(hostname.replace(/^\*\./, ''));
  if (problem !== undefined) return { problem: `${quoted(text)} ${problem}` };
  return { hostname: hostname as Hostname };
}

/**
 * The normal form in which names of zones, records and hostnames are compared: lower case, punycode, no trailing dot.
 * Text that is not a DNS name is only lower-cased.
 */
export function normalName(text: string): string {
  const lower = text.toLowerCase();
  const isWild = lower.startsWith('*.');
  const bare = toAscii(isWild ? lower.slice(2) : lower).replace(/\.$/, '');
  return isWild ? `*.${bare}` : bare;
}

function problemWith(bare: string): string | undefined {
  if (bare === '') return 'is empty';
  if (bare.includes('*')) return 'may have a wildcard only as its entire first label (*.example.com)';
  const labels = bare.split('.');
  if (labels.length < 2) return 'must have at least two labels, such as app.example.com';
  if (bare.length > 251) return 'is longer than DNS allows';
  const bad = labels.find((label) => label.length > 63 || !LABEL.test(label));
  if (bad !== undefined) return `has the invalid label ${quoted(bad)}`;
  const undecodable = labels.find((label) => label.startsWith('xn--') && !isPunycode(label));
  if (undecodable !== undefined) return `has the label ${quoted(undecodable)}, which is not valid punycode`;
  return /^[0-9]+$/.test(labels.at(-1) ?? '') ? 'is an IP address, not a hostname' : undefined;
}

/** Converts non-ASCII names with the URL parser, which implements IDN. The label check rejects what it cannot convert. */
function toAscii(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name;
  return URL.parse(`http://${name}`)?.hostname ?? name;
}

/** The URL parser validates punycode labels only in a name that also has a non-ASCII label. */
function isPunycode(label: string): boolean {
  return URL.parse(`http://${label}.\u00fc`)?.hostname.startsWith(`${label}.`) === true;
}

export function isWildcard(hostname: string): boolean {
  return hostname.startsWith('*.');
}

/**
 * Whether an `allowedRoutes.hostnames` entry covers a hostname. `*.example.com` covers every name below `example.com`,
 * including wildcards that are not wider than the entry.
 */
export function covers(pattern: string, hostname: string): boolean {
  if (pattern === hostname) return true;
  return isWildcard(pattern) && hostname.replace(/^\*/, 'x').endsWith(pattern.slice(1));
}
