import type { World } from '../support/world.ts';

/** What users get wrong, what they are told, and how they mend it. Each happens in a namespace of its own. */
export interface Mistake {
  readonly name: string;
  /** The condition that tells: of Tunnel `home`, or of Service `web`. */
  readonly condition: string;
  readonly reason: string;
  /** In the message: what is wrong, or what to do. */
  readonly says: RegExp;
  /** Makes the mistake; resolves with the way to mend it. */
  readonly make: (world: World, namespace: string) => Promise<Cure>;
}

export type Cure = () => Promise<unknown>;
