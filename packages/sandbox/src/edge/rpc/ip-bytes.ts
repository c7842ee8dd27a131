import { isIPv4 } from 'node:net';

const V4_MAPPED = Buffer.from('00000000000000000000ffff', 'hex');

/** An IPv4 address in Go's form: sixteen bytes, mapped to IPv6. Empty for anything else. */
export function ipToBytes(address: string): Buffer {
  if (!isIPv4(address)) return Buffer.alloc(0);
  return Buffer.concat([V4_MAPPED, Buffer.from(address.split('.').map(Number))]);
}

/** Reads 4 bytes, 16 bytes of a mapped IPv4 address, or 16 bytes of IPv6. Empty for other lengths. */
export function ipFromBytes(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return '';
  if (bytes.subarray(0, 12).equals(V4_MAPPED)) return bytes.subarray(12).join('.');
  return (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
}
