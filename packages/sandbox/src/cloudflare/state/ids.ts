import { randomBytes, randomUUID } from 'node:crypto';

/** Form of zone, account, record and token ids. */
export const HEX_ID = /^[0-9a-f]{32}$/;

/** Form of tunnel, connector and connection ids. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A new zone, account, record or token id. */
export function newHexId(): string {
  return randomBytes(16).toString('hex');
}

/** A new tunnel, connector or connection id (UUID v4). */
export function newUuid(): string {
  return randomUUID();
}

/** Cloudflare's timestamp: RFC 3339 with microseconds, always six digits. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
