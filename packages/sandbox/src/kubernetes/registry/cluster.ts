import type { Authorizer } from '../access/authorizer.ts';
import type { TokenIssuer } from '../access/tokens.ts';
import type { KubeObject } from '../api.ts';
import type { Store } from '../storage/store.ts';
import type { Catalog } from './catalog.ts';
import type { Resource } from './resource.ts';
import type { WriteOptions } from './write-options.ts';

/** The dependencies of every API operation. */
export interface Cluster {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly authorizer: Authorizer;
  readonly tokens: TokenIssuer;
  /** Called in this order before anything is stored. */
  readonly admission: readonly AdmissionPlugin[];
  /** Called in this order before an object is validated. Tests add and remove them while the server runs. */
  readonly webhooks: MutatingWebhook[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A validated write before it is stored. */
export interface AdmissionRequest {
  readonly resource: Resource;
  readonly subresource: string;
  readonly object: KubeObject;
  /** Absent on create. */
  readonly old: KubeObject | undefined;
  /** True for a create by server-side apply. */
  readonly isApplied: boolean;
  readonly options: WriteOptions;
}

/** Rejects a write by throwing an `ApiError`, or adds a warning. */
export type AdmissionPlugin = (cluster: Cluster, request: AdmissionRequest) => void;

/** Changes an object in place before it is stored. */
export type MutatingWebhook = (object: KubeObject, resource: Resource) => void;

/** A timestamp in objects: RFC 3339 with whole seconds. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
