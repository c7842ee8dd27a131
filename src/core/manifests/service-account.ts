import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { ownedMetadata, ownedNames } from '../owned.ts';

/** An account of its own with no rights and no token: a connector faces the internet. */
export function serviceAccountFor(tunnel: Tunnel): KubeObject & { readonly automountServiceAccountToken: boolean } {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).workload),
    automountServiceAccountToken: false,
  };
}
