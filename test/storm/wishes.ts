/** What the users of a storm's world want at a moment; the judge holds the world against it in the end. */
export interface ServiceWish {
  /** Undefined: not exposed. */
  readonly ask: Ask | undefined;
}

export interface Ask {
  /** `namespace/name`. */
  readonly tunnel: string;
  readonly hostname: string;
}

export class Wishes {
  /** Services that should exist, by key. */
  readonly services = new Map<string, ServiceWish>();
  /** Replicas of the Tunnels that should exist, by key. */
  readonly tunnels = new Map<string, number>();

  /** Services that should be served. */
  asking(): readonly (readonly [string, Ask])[] {
    return [...this.services].flatMap(([key, { ask }]) => (ask === undefined ? [] : [[key, ask] as const]));
  }
}
