import { quoted } from '../quote.ts';

/** A hostname as it goes to cloudflared and to DNS: lower case, punycode, no trailing dot, maybe led by `*.`. */
export type Hostname = string & { readonly __brand: 'Hostname' };

export type ParsedHostname = { readonly hostname: Hostname } | { readonly problem: string };

const LABEL = /^[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?$/;

/** Reads one hostname as a person writes it. cloudflared compares bytes, so what it gets must be in one spelling. */
export function parseHostname(text: string): ParsedHostname {
  if (/[\s\p{Cc}/\\:@?#%]/u.test(text))
    return { problem: `${quoted(text)} must be a hostname alone, without scheme, port or path, and without spaces` };
  const hostname = normalName(text);
  const problem = problemWith(hostname.replace(/^\*\./, ''));
  if (problem !== undefined) return { problem: `${quoted(text)} ${problem}` };
  return { hostname: hostname as Hostname };
}

/**
 * The one form in which names of zones, records and hostnames are compared: lower case, punycode, no final dot. What is
 * no DNS name keeps its spelling otherwise.
 */
export function normalName(text: string): string {
  const lower = text.toLowerCase();
  const isWild = lower.startsWith('*.');
  const bare = toAscii(isWild ? lower.slice(2) : lower).replace(/\.$/, '');
  return isWild ? `*.${bare}` : bare;
}

function problemWith(bare: string): string | undefined {
  if (bare === '') return 'is empty';
  if (bare.includes('*')) return 'may have one wildcard, and only as its whole first label (*.example.com)';
  const labels = bare.split('.');
  if (labels.length < 2) return 'must have at least two labels, as in app.example.com';
  if (bare.length > 251) return 'is longer than DNS allows';
  const bad = labels.find((label) => label.length > 63 || !LABEL.test(label));
  if (bad !== undefined) return `has the invalid label ${quoted(bad)}`;
  const undecodable = labels.find((label) => label.startsWith('xn--') && !isPunycode(label));
  if (undecodable !== undefined) return `has the label ${quoted(undecodable)}, which is no valid punycode`;
  return /^[0-9]+$/.test(labels.at(-1) ?? '') ? 'is an address, not a hostname' : undefined;
}

/** Names beyond ASCII go through the URL parser, which knows IDN; what it refuses is left for the label check. */
function toAscii(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name;
  return URL.parse(`http://${name}`)?.hostname ?? name;
}

/** The URL parser refuses a label that decodes to nothing IDN allows, but looks at it only in a name beyond ASCII. */
function isPunycode(label: string): boolean {
  return URL.parse(`http://${label}.\u00fc`)?.hostname.startsWith(`${label}.`) === true;
}

export function isWildcard(hostname: string): boolean {
  return hostname.startsWith('*.');
}

/**
 * Whether an `allowedRoutes.hostnames` entry covers a hostname. `*.example.com` covers every name below
 * `example.com`, and a wildcard only if that is no wider than the entry itself.
 */
export function covers(pattern: string, hostname: string): boolean {
  if (pattern === hostname) return true;
  return isWildcard(pattern) && hostname.replace(/^\*/, 'x').endsWith(pattern.slice(1));
}
