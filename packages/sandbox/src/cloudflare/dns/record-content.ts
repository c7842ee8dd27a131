import { isIPv4, isIPv6 } from 'node:net';
import type { Assumptions } from '../assumptions.ts';
import { dnsError } from './dns-error.ts';
import { toAscii } from './record-name.ts';

const PROXIABLE = new Set(['A', 'AAAA', 'CNAME']);
const HOST_CONTENT = new Set(['CNAME', 'MX', 'NS', 'PTR']);
const OTHER_TYPES = 'TXT SRV CAA CERT DNSKEY DS HTTPS LOC NAPTR OPENPGPKEY SMIMEA SSHFP SVCB TLSA URI'.split(' ');

/** Every record type the emulator stores. */
export const RECORD_TYPES: ReadonlySet<string> = new Set([...PROXIABLE, ...HOST_CONTENT, ...OTHER_TYPES]);

/** Whether a record of this type can be proxied. */
export function isProxiable(type: string): boolean {
  return PROXIABLE.has(type);
}

/** Validates and normalises the content of a record. Types with structured content use `data` instead. */
export function readContent(
  type: string,
  name: string,
  draft: { readonly content: unknown; readonly data: unknown; readonly proxied: boolean },
  assumptions: Assumptions,
): string {
  const content = typeof draft.content === 'string' ? draft.content.trim() : contentOfData(draft.data);
  const refuse = (code: number, message: string) => dnsError(assumptions, code, message);
  if (type === 'A' && !isIPv4(content)) throw refuse(9005, 'Content for A record must be a valid IPv4 address.');
  if (type === 'AAAA' && !isIPv6(content)) throw refuse(9006, 'Content for AAAA record must be a valid IPv6 address.');
  if (draft.proxied && content === '1.1.1.1') {
    throw refuse(9003, 'Target 1.1.1.1 is not allowed for a proxied record.');
  }
  if (!HOST_CONTENT.has(type)) {
    // Assumption: code and message for empty content.
    if (content === '') throw refuse(9101, `Content for ${type} record must not be empty.`);
    return content;
  }
  const host = toAscii(content);
  if (!isHostTarget(host) || (type === 'CNAME' && host === name)) {
    throw refuse(9007, `Content for ${type} record is invalid.`);
  }
  return host;
}

function isHostTarget(host: string): boolean {
  const isAddress = isIPv4(host) || isIPv6(host);
  return !isAddress && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(host);
}

function contentOfData(data: unknown): string {
  return typeof data === 'object' && data !== null ? Object.values(data).join(' ') : '';
}
