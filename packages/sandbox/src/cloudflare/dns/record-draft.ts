import type { DnsRecord } from '../state/dns-record.ts';

/** The fields of a record that a caller can set, before validation. */
export interface RecordDraft {
  readonly name: unknown;
  readonly type: unknown;
  readonly content: unknown;
  readonly ttl: unknown;
  readonly proxied: unknown;
  readonly settings: unknown;
  readonly comment: unknown;
  readonly tags: unknown;
  readonly priority: unknown;
  readonly data: unknown;
}

const DEFAULTS: RecordDraft = {
  name: undefined,
  type: undefined,
  content: undefined,
  ttl: 1,
  proxied: false,
  settings: {},
  comment: null,
  tags: [],
  priority: undefined,
  data: undefined,
};

/** A complete record from a POST or PUT. Missing fields get their defaults. */
export function draftFrom(body: Readonly<Record<string, unknown>>): RecordDraft {
  return draftOver(DEFAULTS, body);
}

/** A record changed by a PATCH. Missing fields keep their values. */
export function draftOver(base: RecordDraft | DnsRecord, body: Readonly<Record<string, unknown>>): RecordDraft {
  const given = Object.entries(body).filter(([key, value]) => key in DEFAULTS && value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}
