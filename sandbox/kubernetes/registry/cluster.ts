import type { Authorizer } from '../access/authorizer.ts';
import type { TokenIssuer } from '../access/tokens.ts';
import type { AdmissionPlugin } from '../admission/admission.ts';
import type { Store } from '../storage/store.ts';
import type { Catalog } from './catalog.ts';

/** What every operation on the API works with. */
export interface Cluster {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly authorizer: Authorizer;
  readonly tokens: TokenIssuer;
  /** Asked in this order before anything is stored. */
  readonly admission: readonly AdmissionPlugin[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A time as objects carry it: RFC 3339 with whole seconds. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
