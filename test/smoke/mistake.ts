import type { World } from '../support/world.ts';

/** A user mistake, its report, and its correction. Each happens in its own namespace. */
export interface Mistake {
  readonly name: string;
  /** The condition that reports it, on Tunnel `home` or Service `web`. */
  readonly condition: string;
  readonly reason: string;
  /** Matches the message: what is wrong, or what to do. */
  readonly says: RegExp;
  /** Makes the mistake. Resolves with a function that corrects it. */
  readonly make: (world: World, namespace: string) => Promise<Cure>;
}

export type Cure = () => Promise<unknown>;
