import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { ownedMetadata, ownedNames } from '../owned.ts';

/** A ServiceAccount without permissions or token, because connectors are exposed to the internet. */
export function serviceAccountFor(tunnel: Tunnel): KubeObject & { readonly automountServiceAccountToken: boolean } {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).workload),
    automountServiceAccountToken: false,
  };
}
