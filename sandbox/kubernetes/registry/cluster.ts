import type { Store } from '../storage/store.ts';
import type { Catalog } from './catalog.ts';

/** What every operation on the API works with. */
export interface Cluster {
  readonly store: Store;
  readonly catalog: Catalog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A time as objects carry it: RFC 3339 with whole seconds. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
