import { randomBytes, randomUUID } from 'node:crypto';

/** Format of zone, account, record and token ids. */
export const HEX_ID = /^[0-9a-f]{32}$/;

/** Format of tunnel, connector and connection ids. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A new zone, account, record or token id. */
export function newHexId(): string {
  return randomBytes(16).toString('hex');
}

/** A new tunnel, connector or connection id (UUID v4). */
export function newUuid(): string {
  return randomUUID();
}

/** A timestamp in Cloudflare's format: RFC 3339 with six digits of microseconds. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}

/** A timestamp of Access: RFC 3339 without fractions of a second. */
export function accessTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
