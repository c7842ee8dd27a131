import { hash, randomBytes } from 'node:crypto';

/** A short, stable digest: 16 hexadecimal digits of SHA-256. */
export function digest(text: string): string {
  return hash('sha256', text).slice(0, 16);
}

/** A tunnel secret: 32 random bytes in standard base64. */
export function newTunnelSecret(): string {
  return randomBytes(32).toString('base64');
}

/** A collision-resistant digest: 32 hexadecimal digits of SHA-256. */
export function fingerprint(text: string): string {
  return hash('sha256', text).slice(0, 32);
}
