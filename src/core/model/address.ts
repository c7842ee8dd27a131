/** IP addresses as records hold them, and which of them machines of a local network can reach. */
import type { Parsed } from './parsed.ts';
import { quoted } from '../quote.ts';

/** An IPv4 address, or an IPv6 address in the form of RFC 5952. */
export type Address = string;

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

export function isIPv4(address: Address): boolean {
  return IPV4.test(address);
}

/** The type of the record that holds an address. */
export function recordTypeOf(address: Address): 'A' | 'AAAA' {
  return isIPv4(address) ? 'A' : 'AAAA';
}

/** One spelling for each address, so that texts can be compared. Any other text stays as it is. */
export function normalAddress(text: string): string {
  return text.includes(':') ? (normalIPv6(text) ?? text) : text;
}

/** The URL parser reads every spelling of an IPv6 address, and writes one. */
function normalIPv6(text: string): Address | undefined {
  if (!/^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  return URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
}

/** An address that other machines can reach. */
export function parseAddress(text: string): Parsed<Address> {
  const address = isIPv4(text) ? text : text.includes(':') ? normalIPv6(text) : undefined;
  if (address === undefined) return { problem: `${quoted(text)} is not an IPv4 or IPv6 address` };
  const kind = UNREACHABLE.find(({ pattern }) => pattern.test(address))?.kind;
  return kind === undefined
    ? { value: address }
    : { problem: `${quoted(text)} is ${kind}, which no other machine can reach` };
}

/** Addresses that mean something else on each machine, or no machine at all. */
const UNREACHABLE = [
  { kind: 'a loopback address', pattern: /^(127\.|::1$)/ },
  { kind: 'a link-local address', pattern: /^(169\.254\.|fe[89ab][0-9a-f]:)/ },
  { kind: 'not the address of a machine', pattern: /^(0\.|2(2[4-9]|[345]\d)\.|::$|ff[0-9a-f]{2}:)/ },
  { kind: 'an IPv4 address written as IPv6', pattern: /^::ffff:/ },
];

/** Ranges that are never routed on the internet, with the one that providers and overlay networks share. */
const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:)/;

export function isPrivate(address: Address): boolean {
  return PRIVATE.test(address);
}
