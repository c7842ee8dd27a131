import { domainToASCII } from 'node:url';

/**
 * The stored form of a record name: fully qualified, lower case, punycode, no trailing dot.
 * A name that does not end in the zone name is relative, so `www.other.test` in zone `example.test` becomes
 * `www.other.test.example.test`. `@` is the zone itself. Returns undefined for an invalid DNS name.
 */
export function normaliseName(name: string, zoneName: string): string | undefined {
  const plain = toAscii(name);
  const isAbsolute = plain === zoneName || plain.endsWith(`.${zoneName}`);
  const full = plain === '@' ? zoneName : isAbsolute ? plain : `${plain}.${zoneName}`;
  return isDnsName(full) ? full : undefined;
}

/** Lower case, punycode, no trailing dot. */
export function toAscii(name: string): string {
  return name.toLowerCase().replace(/\.$/, '').split('.').map(labelToAscii).join('.');
}

function labelToAscii(label: string): string {
  return /[^ -~]/.test(label) ? domainToASCII(label) : label;
}

function isDnsName(name: string): boolean {
  return name.length <= 253 && name.split('.').every(isLabel);
}

/**
 * Only names with non-ASCII characters go through the URL parser. Assumption: a label that is not valid punycode is
 * rejected.
 */
function isLabel(label: string): boolean {
  if (!/^(?:\*|[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)$/.test(label)) return false;
  return !label.startsWith('xn--') || domainToASCII(`${label}.\u00fc`) !== '';
}
