import type { ObjectKey } from '../../api/objects.ts';

/** What keeps the finalizer on a Service that asks for nothing. */
export type Hold =
  | { readonly kind: 'none' }
  /** A rule is published, or what is published will be known in a moment. */
  | { readonly kind: 'held' }
  /** These Tunnels may have published something, and their state does not show what. */
  | { readonly kind: 'in doubt'; readonly tunnels: readonly ObjectKey[] };
