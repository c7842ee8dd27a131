import { MANIFEST_HASH_ANNOTATION } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';

/**
 * Adds a hash of the whole manifest as an annotation. An observed object that holds a manifest may still hold more, from
 * a time when the spec asked for more: the hash tells, and the next apply takes away what is no longer in the manifest.
 */
export function stamp<T extends KubeObject>(manifest: T, hash: (text: string) => string): T {
  const annotations = { ...manifest.metadata.annotations, [MANIFEST_HASH_ANNOTATION]: hash(JSON.stringify(manifest)) };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}
