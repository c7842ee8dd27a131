/** The result of resolving a hostname. */
export type HostResolution =
  | { readonly kind: 'tunnel'; readonly tunnelId: string }
  /** The name is in no zone, or has no record. */
  | { readonly kind: 'unknown' }
  | ElsewhereResolution;

/** A record that does not lead to a tunnel. The sandbox has no other origins. */
export interface ElsewhereResolution {
  readonly kind: 'other';
  readonly record: { readonly name: string; readonly type: string; readonly content: string };
  readonly reason: 'not-proxied' | 'not-a-tunnel' | 'other-account';
}

/** Explains why a record does not lead to a tunnel. Requests for such a name would not reach the real edge. */
export function explain({ record, reason }: ElsewhereResolution): string {
  const shown = `${record.name} ${record.type} ${record.content}`;
  switch (reason) {
    case 'not-proxied':
      return `sandbox: the record "${shown}" is not proxied, so the edge never sees its traffic`;
    case 'not-a-tunnel':
      return `sandbox: the record "${shown}" does not lead to a tunnel`;
    case 'other-account':
      return `sandbox: the record "${shown}" leads to a tunnel of another account`;
    default:
      return reason satisfies never;
  }
}
