/** A Service for an address outside of the cluster, because a route starts at a Service. */
import type { KubeObject, Service } from '../../api/objects.ts';
import { isIpAddress } from './rule-target.ts';

/** A name that resolves, or an address with a slice of its own. */
export function outsideObjects(
  host: string,
  port: number,
  namespace: string,
): { readonly service: Service; readonly endpoints: readonly KubeObject[] } {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  const name = `${nameFor(address)}-${port}`;
  const head = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } };
  if (!isIpAddress(host))
    return {
      service: { ...head, spec: { type: 'ExternalName', externalName: host, ports: [{ port }] } },
      endpoints: [],
    };
  return {
    service: { ...head, spec: { ports: [{ port }] } },
    endpoints: [sliceFor(address, port, { name, namespace })],
  };
}

/** A Service's name begins with a letter and has at most 63 characters. */
function nameFor(address: string): string {
  const plain = address.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return (/^[a-z]/.test(plain) ? plain : `host-${plain}`).slice(0, 57).replace(/-$/, '');
}

function sliceFor(address: string, port: number, { name, namespace }: { name: string; namespace: string }): KubeObject {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: '', port, protocol: 'TCP' }],
  };
  return slice;
}
