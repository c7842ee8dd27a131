import { MANIFEST_HASH_ANNOTATION } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';

/**
 * Adds a hash of the manifest as an annotation. An observed object may contain everything in the manifest and also fields
 * of an older manifest. The hash reveals this, and the next apply removes those fields.
 */
export function stamp<T extends KubeObject>(manifest: T, hash: (text: string) => string): T {
  const annotations = { ...manifest.metadata.annotations, [MANIFEST_HASH_ANNOTATION]: hash(JSON.stringify(manifest)) };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}
