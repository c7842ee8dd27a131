import type { ObjectKey } from '../../api/objects.ts';

/** What keeps the finalizer on a Service that asks for nothing. */
export type Hold =
  | { readonly kind: 'none' }
  /** A rule is published. */
  | { readonly kind: 'held' }
  /** These Tunnels may have published something: their rules are lost, and perhaps not written again. */
  | { readonly kind: 'in doubt'; readonly tunnels: readonly ObjectKey[] };
