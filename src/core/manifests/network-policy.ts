import type { KubeObject, Tunnel } from '../../api/objects.ts';
import { ownedMetadata, ownedNames, selectorLabels } from '../owned.ts';

/** Port of Cloudflare's edge: TCP for http2, UDP for QUIC. */
const EDGE_PORT = 7844;

/**
 * Allows egress to DNS, to the edge and to pods of this cluster (the origins), and no ingress.
 * Every network plugin that enforces policies admits the kubelet's probes nevertheless.
 */
export function networkPolicyFor(tunnel: Tunnel): KubeObject & { readonly spec: unknown } {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: ownedMetadata(tunnel, ownedNames(tunnel).workload),
    spec: {
      podSelector: { matchLabels: selectorLabels(tunnel) },
      policyTypes: ['Ingress', 'Egress'],
      egress: [{ ports: bothProtocols(53) }, { ports: bothProtocols(EDGE_PORT) }, { to: [{ namespaceSelector: {} }] }],
    },
  };
}

function bothProtocols(port: number): readonly unknown[] {
  return [
    { protocol: 'UDP', port },
    { protocol: 'TCP', port },
  ];
}
