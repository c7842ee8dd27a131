/** A Service that should exist. */
export interface DesiredService {
  /** Undefined: not exposed. */
  readonly request: RouteRequest | undefined;
}

export interface RouteRequest {
  /** `namespace/name`. */
  readonly tunnel: string;
  readonly hostname: string;
}

export class DesiredState {
  /** Services that should exist, by key. */
  readonly services = new Map<string, DesiredService>();
  /** Replicas of the Tunnels that should exist, by key. */
  readonly tunnels = new Map<string, number>();

  /** Services that should be served, with their requests. */
  requests(): readonly (readonly [string, RouteRequest])[] {
    return [...this.services].flatMap(([key, { request }]) => (request === undefined ? [] : [[key, request] as const]));
  }
}
