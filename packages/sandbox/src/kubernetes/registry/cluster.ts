import type { Authorizer } from '../access/authorizer.ts';
import type { TokenIssuer } from '../access/tokens.ts';
import type { KubeObject } from '../api.ts';
import type { Store } from '../storage/store.ts';
import type { Catalog } from './catalog.ts';
import type { Resource } from './resource.ts';
import type { WriteOptions } from './write-options.ts';

/** What every operation on the API works with. */
export interface Cluster {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly authorizer: Authorizer;
  readonly tokens: TokenIssuer;
  /** Asked in this order before anything is stored. */
  readonly admission: readonly AdmissionPlugin[];
  /** Asked in this order before an object is checked; tests add and remove them while the server runs. */
  readonly webhooks: MutatingWebhook[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A write that is valid in itself, just before it is stored. */
export interface AdmissionRequest {
  readonly resource: Resource;
  readonly subresource: string;
  readonly object: KubeObject;
  /** Absent on create. */
  readonly old: KubeObject | undefined;
  /** True for a create that came as a server-side apply. */
  readonly isApplied: boolean;
  readonly options: WriteOptions;
}

/** Says no to a write by throwing an `ApiError`, or has the client warned. */
export type AdmissionPlugin = (cluster: Cluster, request: AdmissionRequest) => void;

/** Changes an object in place on its way into the store. */
export type MutatingWebhook = (object: KubeObject, resource: Resource) => void;

/** A time as objects carry it: RFC 3339 with whole seconds. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
