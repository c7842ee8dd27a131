import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ClientSecret, ServiceToken } from '../state/access.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A new secret: `cfast_`, 40 characters, and a checksum of eight. Assumption: which checksum. */
export function newClientSecret(): ClientSecret {
  const random = Array.from({ length: 40 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const checksum = crc32(random).toString(16).padStart(8, '0');
  return { value: `cfast_${random}${checksum}`, expiresAt: undefined };
}

/** Makes a new secret. The old one stays valid until an instant, or not at all. */
export function rotated(token: ServiceToken, previousUntil: number | undefined, version?: number): ServiceToken {
  const previous = previousUntil === undefined ? undefined : { ...token.current, expiresAt: previousUntil };
  return { ...token, current: newClientSecret(), previous, secretVersion: version ?? token.secretVersion + 1 };
}

/** Whether a secret opens a token at an instant. A disabled or expired token has no valid secret. */
export function accepts(token: ServiceToken, secret: string, now: number): boolean {
  const isOver = (until: number | undefined): boolean => until !== undefined && until <= now;
  if (!token.enabled || isOver(token.expiresAt)) return false;
  return [token.current, token.previous].some((known) => known?.value === secret && !isOver(known.expiresAt));
}
