import type { DesiredState as Snapshot } from '../support/desired-state.ts';

/** A Service that should exist. */
export interface DesiredService {
  /** Undefined: not exposed. */
  readonly request: RouteRequest | undefined;
}

export interface RouteRequest {
  /** `namespace/name`. */
  readonly tunnel: string;
  readonly hostname: string;
  /** Keys of AccessPolicies, as in the annotation. Absent: everybody may enter. */
  readonly access?: string;
}

export class DesiredState {
  /** Services that should exist, by key. */
  readonly services = new Map<string, DesiredService>();
  /** Replicas of the Tunnels that should exist, by key. */
  readonly tunnels = new Map<string, number>();

  /** The state that is desired at this moment. */
  now(): Snapshot {
    const exposed = this.requests().map(([key, { tunnel, ...asked }]) => [key, { by: tunnel, ...asked }] as const);
    return { tunnels: Object.fromEntries(this.tunnels), exposed: Object.fromEntries(exposed) };
  }

  /** Services that should be served, with their requests. */
  requests(): readonly (readonly [string, RouteRequest])[] {
    return [...this.services].flatMap(([key, { request }]) => (request === undefined ? [] : [[key, request] as const]));
  }
}
