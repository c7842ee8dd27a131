/** A cluster that adyanth/cloudflare-operator leaves: a Tunnel and a ClusterTunnel, with one of everything that is told apart. */
import type { KubeObject } from '../../kube-client.ts';
import { namespace, secret, service } from '../../world-objects.ts';
import { CONTROLLER, FINALIZER, GROUP, binding, definitions } from '../adyanth-objects.ts';
import { deployment } from '../deployments.ts';
import { ACCOUNT, type Objects, TUNNEL_ID, configMap } from './parts.ts';

export const ADYANTH: Objects = [
  ...definitions(),
  ...['shop', 'blog', 'cloudflare-operator-system', 'cftunnel-system'].map((name) => namespace(name)),
  service('shop/web', {}, [{ port: 8080 }]),
  {
    ...service('shop/legacy'),
    metadata: {
      name: 'legacy',
      namespace: 'shop',
      finalizers: [FINALIZER],
      labels: { 'cfargotunnel.com/hostname': 'legacy.example.com' },
      annotations: { 'cfargotunnel.com/tunnel': 'home', 'cfargotunnel.com/fqdn': 'legacy.example.com' },
    },
  },
  service('blog/secure', {}, [{ port: 443 }]),
  deployment(CONTROLLER, { containers: [{ name: 'manager', image: 'adyanth/cloudflare-operator:0.13.1' }] }),
  secret('shop/cloudflare', { CLOUDFLARE_API_TOKEN: 'x' }),
  secret('cloudflare-operator-system/api', { TOKEN: 'x' }),
  theirTunnel('Tunnel', { name: 'home', namespace: 'shop' }, { secret: 'cloudflare', domain: 'example.com' }),
  binding('shop/web', 'home', [
    { kind: 'Service', name: 'web', spec: { fqdn: 'web.example.com' } },
    { kind: 'Service', name: 'forgotten', spec: {} },
  ]),
  ...theirConnector('shop/home', 'false', [
    rule('web.example.com', 'http://web.shop.svc:8080', '^/(a|b)'),
    rule('legacy.example.com', 'http://legacy.shop.svc:80'),
    rule('gone.example.com', 'http_status:404'),
    rule('nas.example.com', 'https://nas.local:5001'),
  ]),
  theirTunnel(
    'ClusterTunnel',
    { name: 'wide' },
    { secret: 'api', domain: 'example.org', CLOUDFLARE_API_TOKEN: 'TOKEN' },
  ),
  {
    ...binding('blog/secure', 'wide', [{ kind: 'Service', name: 'secure', spec: { fqdn: 'blog.example.org' } }]),
    tunnelRef: { kind: 'ClusterTunnel', name: 'wide', disableDNSUpdates: true },
  },
  ...theirConnector('cloudflare-operator-system/wide', 'true', [
    rule('blog.example.org', 'https://secure.blog.svc:443', undefined, { noTLSVerify: true, http2Origin: true }),
  ]),
];

function theirTunnel(kind: string, metadata: KubeObject['metadata'], cloudflare: object): KubeObject {
  return {
    apiVersion: `${GROUP}/v1alpha2`,
    kind,
    metadata: { ...metadata, finalizers: [FINALIZER] },
    spec: { cloudflare, newTunnel: { name: metadata.name }, deployPatch: kind === 'Tunnel' ? '{}' : '{"spec":{}}' },
    status: { tunnelId: TUNNEL_ID.replace('0b', kind === 'Tunnel' ? '0b' : '0c'), accountId: ACCOUNT },
  };
}

function rule(hostname: string, target: string, path?: string, originRequest: object = {}) {
  return {
    hostname,
    service: target,
    ...(path === undefined ? {} : { path }),
    originRequest: {
      noTLSVerify: false,
      http2Origin: false,
      proxyAddress: '127.0.0.1',
      proxyPort: 0,
      ...originRequest,
    },
  };
}

function theirConnector(key: string, isForCluster: string, rules: readonly object[]): Objects {
  const [name = ''] = key.split('/').toReversed();
  const config = {
    tunnel: TUNNEL_ID,
    ingress: [...rules, { service: 'http_status:404' }],
    originRequest: { noTLSVerify: false },
  };
  const args = ['tunnel', '--protocol', 'quic', '--config', '/etc/cloudflared/config/config.yaml', 'run'];
  const spec = {
    containers: [{ name: 'cloudflared', image: 'cloudflare/cloudflared:latest', args }],
    nodeSelector: { disk: 'ssd' },
  };
  const labels = { 'cfargotunnel.com/app': 'cloudflared', 'cfargotunnel.com/is-cluster-tunnel': isForCluster };
  return [
    configMap(key, { 'config.yaml': JSON.stringify(config) }),
    deployment(key, spec, { labels: { ...labels, app: name } }),
  ];
}
