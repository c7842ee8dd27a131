import type { ObjectKey } from '../../api/objects.ts';

/** What keeps the finalizer on a source that requests nothing any more. */
export type Hold =
  | { readonly kind: 'none' }
  /** A rule of it is published. */
  | { readonly kind: 'held' }
  /** These Tunnels may have published a rule of it: their rules are lost, and may not be written again. */
  | { readonly kind: 'uncertain'; readonly tunnels: readonly ObjectKey[] };
