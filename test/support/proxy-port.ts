/** The proxy in tests of a Tunnel. */
import type { KubeObject } from '../../src/api/objects.ts';

/** What the proxy needs from outside: a Service has two pods, whatever its port. */
export const PROXY_PORT = {
  endpointsOf: () => [
    { address: '10.0.0.1', port: 8080 },
    { address: '10.0.0.2', port: 8080 },
  ],
  areEndpointsKnown: () => true,
  newKeyPair: async () => ({ certificate: 'certificate', key: 'key' }),
};

/** Whether a key is that of the proxy's ConfigMap. */
export function isOfProxy(key: string): boolean {
  return key.endsWith('-proxy');
}

/** The kind of an object; of the two kinds that the proxy has too, with `of the proxy`. */
export function titleOf({ kind, metadata }: KubeObject): string {
  return isOfProxy(metadata.name) ? `${kind} of the proxy` : kind;
}
