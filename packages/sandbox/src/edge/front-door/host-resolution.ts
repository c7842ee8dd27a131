/** Where a host name leads. */
export type HostResolution =
  | { readonly kind: 'tunnel'; readonly tunnelId: string }
  /** No zone of ours, or no record in it. */
  | { readonly kind: 'unknown' }
  | ElsewhereResolution;

/** A record that does not lead through a tunnel; the sandbox has no other origins. */
export interface ElsewhereResolution {
  readonly kind: 'other';
  readonly record: { readonly name: string; readonly type: string; readonly content: string };
  readonly reason: 'not-proxied' | 'not-a-tunnel' | 'other-account';
}

/** What the sandbox tells about a record that the real edge would never see, or not know what to do with. */
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
