/** external-dns with records of one tunnel whose rules are known, and of one whose are not. */
import type { KubeObject } from '../../kube-client.ts';
import { namespace, secret, service } from '../../world-objects.ts';
import { deployment } from '../deployments.ts';
import { type Objects, TUNNEL_ID, fileConnector } from './parts.ts';

const DNS = 'external-dns.alpha.kubernetes.io/';

export const EXTERNAL_DNS: Objects = [
  ...['stage', 'dns'].map((name) => namespace(name)),
  named('stage/web', 'web.example.com'),
  named('stage/wild', 'deep.apps.example.com'),
  named('stage/lost', 'lost.example.com', TUNNEL_ID.replace('0b', '0e')),
  secret('stage/cloudflare', { CLOUDFLARE_API_TOKEN: 'x' }),
  ...fileConnector('stage/edge', {
    tunnel: TUNNEL_ID,
    ingress: [
      { hostname: 'web.example.com', service: 'http://web.stage' },
      { hostname: '*.apps.example.com', service: 'http://wild.stage' },
      { service: 'http_status:404' },
    ],
  }),
  deployment('dns/external-dns', { containers: [{ name: 'external-dns', image: 'example/external-dns:v0.19.0' }] }),
];

function named(key: string, hostname: string, tunnel = TUNNEL_ID): KubeObject {
  const object = service(key);
  const annotations = { [`${DNS}hostname`]: hostname, [`${DNS}target`]: `${tunnel}.cfargotunnel.com` };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
