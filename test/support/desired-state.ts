import type { Kind } from '../support/kube-client.ts';

/** What must exist, and nothing else. */
export interface DesiredState {
  /** Replicas of each Tunnel that should exist. */
  readonly tunnels: Readonly<Record<string, number>>;
  /** Services that should be served. */
  readonly exposed: Readonly<Record<string, Exposure>>;
  /** How often the token of a Tunnel should have been rotated; never by default. */
  readonly rotations?: Readonly<Record<string, number>>;
  /** AccessServiceTokens that should exist. */
  readonly tokens?: readonly string[];
  /** What stays at Cloudflare because it cannot be deleted. An event names it. */
  readonly abandoned?: Abandoned;
  /** Objects that must not exist. */
  readonly gone?: readonly (readonly [Kind, string])[];
}

export interface Abandoned {
  /** Key of the Tunnel. */
  readonly tunnel: string;
  readonly hostnames: readonly string[];
}

export interface Exposure {
  /** Key of the Tunnel. */
  readonly by: string;
  readonly hostname: string;
  /** The annotation that says who may enter. Absent: everybody. */
  readonly access?: string;
}

export const NOTHING: DesiredState = { tunnels: {}, exposed: {} };
