import type { ObjectKey, Secret } from '../../../api/objects.ts';
import type { Secrets } from './ports.ts';

/** Reads each Secret once, so that all of a pass goes by the same version of it; for the time of one pass. */
export function readOnce(secrets: Secrets): Secrets {
  const known = new Map<ObjectKey, Secret | undefined>();
  return {
    async get(key, signal) {
      if (!known.has(key)) known.set(key, await secrets.get(key, signal));
      return known.get(key);
    },
    forget: (key) => void known.delete(key),
  };
}
