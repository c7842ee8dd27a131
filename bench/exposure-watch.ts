import type { KubeApi } from 'cftunnel-sandbox/kubernetes/api';
import type { Exposure } from './hostnames.ts';
import type { Source } from './sources/source.ts';

/** Watches what sources say in their status, because polling 10,000 of them would need lists. */
export class ExposureWatch {
  readonly #source: Source;
  /** Where each object is exposed, empty for others. */
  readonly #places = new Map<string, string>();
  readonly stop: () => void;

  constructor(api: KubeApi, source: Source) {
    this.#source = source;
    this.stop = api.watch(source.kind, (type, object) => {
      if (type === 'DELETED') this.#places.delete(object.metadata.name);
      else this.#places.set(object.metadata.name, source.placeIn(object));
    });
  }

  /** Whether exactly these objects exist, and each reports exactly its hostname. */
  isAs(wanted: readonly Exposure[]): boolean {
    if (this.#places.size !== wanted.length) return false;
    return wanted.every((exposure) => this.#places.get(exposure.service) === this.#source.placeOf(exposure));
  }
}
