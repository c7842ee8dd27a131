/** What asks for the hostnames of a case. */
import type { KubeObject, ResourceRef } from 'cftunnel-sandbox/kubernetes/api';
import type { Exposure } from '../hostnames.ts';

/** An object with the collection that it is created in. */
export type Placed = readonly [kind: ResourceRef, object: KubeObject];

export interface Source {
  /** What one and several of them are called in titles. */
  readonly nouns: readonly [one: string, several: string];
  readonly kind: ResourceRef;
  /** The program without which it cannot be measured here; `undefined`: it can. */
  readonly missing?: () => string | undefined;
  /** What all of them need; created first. */
  readonly shared?: () => readonly Placed[];
  readonly objectFor: (exposure: Exposure) => KubeObject;
  /** What the nth of them has for itself. */
  readonly beside?: (exposure: Exposure, index: number) => readonly Placed[];
  /** Where an object says that it is exposed; empty while it is not. */
  readonly placeIn: (object: KubeObject) => string;
  readonly placeOf: (exposure: Exposure) => string;
}

/** Where requests for a hostname go. */
export function urlOf({ hostname }: Exposure): string {
  return `https://${hostname}`;
}
