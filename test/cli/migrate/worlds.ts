/** What each tool leaves in a cluster, with one of everything that is told apart. */
import type { KubeObject } from '../../support/kube-client.ts';
import * as adyanth from '../../support/former/adyanth.ts';
import { deployment } from '../../support/former/world.ts';
import { namespace, secret, service } from '../../support/world-objects.ts';

const TUNNEL_ID = '0b6a3c1e-5f2d-4a7b-9c8d-1e2f3a4b5c6d';
const ACCOUNT = '0123456789abcdef0123456789abcdef';

type Objects = readonly KubeObject[];

function configMap(key: string, data: Readonly<Record<string, string>>): KubeObject {
  const [name = '', home = ''] = key.split('/').toReversed();
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: home }, data };
}

export const ADYANTH: Objects = [
  ...adyanth.definitions(),
  ...['shop', 'blog', 'cloudflare-operator-system', 'cftunnel-system'].map((name) => namespace(name)),
  service('shop/web', {}, [{ port: 8080 }]),
  {
    ...service('shop/legacy'),
    metadata: {
      name: 'legacy',
      namespace: 'shop',
      finalizers: [adyanth.FINALIZER],
      labels: { 'cfargotunnel.com/hostname': 'legacy.example.com' },
      annotations: { 'cfargotunnel.com/tunnel': 'home', 'cfargotunnel.com/fqdn': 'legacy.example.com' },
    },
  },
  service('blog/secure', {}, [{ port: 443 }]),
  deployment(adyanth.CONTROLLER, { containers: [{ name: 'manager', image: 'adyanth/cloudflare-operator:0.13.1' }] }),
  secret('shop/cloudflare', { CLOUDFLARE_API_TOKEN: 'x' }),
  secret('cloudflare-operator-system/api', { TOKEN: 'x' }),
  theirTunnel('Tunnel', { name: 'home', namespace: 'shop' }, { secret: 'cloudflare', domain: 'example.com' }),
  adyanth.binding('shop/web', 'home', [
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
    ...adyanth.binding('blog/secure', 'wide', [
      { kind: 'Service', name: 'secure', spec: { fqdn: 'blog.example.org' } },
    ]),
    tunnelRef: { kind: 'ClusterTunnel', name: 'wide', disableDNSUpdates: true },
  },
  ...theirConnector('cloudflare-operator-system/wide', 'true', [
    rule('blog.example.org', 'https://secure.blog.svc:443', undefined, { noTLSVerify: true, http2Origin: true }),
  ]),
];

function theirTunnel(kind: string, metadata: KubeObject['metadata'], cloudflare: object): KubeObject {
  return {
    apiVersion: `${adyanth.GROUP}/v1alpha2`,
    kind,
    metadata: { ...metadata, finalizers: [adyanth.FINALIZER] },
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

const CONTROLLER = 'strrl.dev/cloudflare-tunnel-ingress-controller';

export const STRRL: Objects = [
  ...['mall', 'ingress'].map((name) => namespace(name)),
  // The older one, also if both are made within a second.
  service('mall/back', {}, [{ name: 'https', port: 443 }]),
  service('mall/front'),
  secret('ingress/cloudflare-api', { 'api-token': 'x', account: ACCOUNT, tunnel: 'Mall Tunnel' }),
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'tunnel' },
    spec: { controller: CONTROLLER },
  },
  deployment('ingress/controller', { containers: [strrlContainer()] }),
  deployment(
    'ingress/controlled-cloudflared-connector',
    {
      containers: [{ name: 'cloudflared', image: 'example/cloudflared:1', command: ['cloudflared', 'tunnel', 'run'] }],
    },
    { labels: { [CONTROLLER]: 'controlled-cloudflared-connector' }, replicas: 3 },
  ),
  ingress('mall/plain', {}, [
    { host: 'mall.example.com', path: '/', pathType: 'Prefix', name: 'front', port: { number: 80 } },
    {
      host: 'mall.example.com',
      path: '/assets',
      pathType: 'ImplementationSpecific',
      name: 'front',
      port: { number: 80 },
    },
  ]),
  ingress('mall/secure', { 'backend-protocol': 'https', 'http2-origin': 'true', 'connect-timeout': '5s' }, [
    { host: 'mall.example.com', path: '/api', pathType: 'Prefix', name: 'back', port: { name: 'https' } },
  ]),
  ingress('mall/broken', {}, [
    { host: 'broken.example.com', path: '/', pathType: 'Exact', name: 'front', port: { number: 80 } },
  ]),
  ingress(
    'mall/foreign',
    {},
    [{ host: 'x.example.com', path: '/', pathType: 'Prefix', name: 'front', port: { number: 80 } }],
    'nginx',
  ),
];

function variable(name: string, key: string) {
  return { name, valueFrom: { secretKeyRef: { name: 'cloudflare-api', key } } };
}

function strrlContainer() {
  return {
    name: 'controller',
    image: 'example/strrl/cloudflare-tunnel-ingress-controller:0.0.23',
    command: [
      'cloudflare-tunnel-ingress-controller',
      '--ingress-class=tunnel',
      '--cloudflare-api-token=$(TOKEN)',
      '--cloudflare-account-id=$(ACCOUNT)',
      '--cloudflare-tunnel-name=$(TUNNEL)',
    ],
    env: [variable('TOKEN', 'api-token'), variable('ACCOUNT', 'account'), variable('TUNNEL', 'tunnel')],
  };
}

interface IngressRule {
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  readonly name: string;
  readonly port: object;
}

function ingress(
  key: string,
  settings: Readonly<Record<string, string>>,
  rules: readonly IngressRule[],
  ingressClassName = 'tunnel',
): KubeObject {
  const [name = '', home = ''] = key.split('/').toReversed();
  const annotations = Object.fromEntries(
    Object.entries(settings).map(([setting, value]) => [
      `cloudflare-tunnel-ingress-controller.strrl.dev/${setting}`,
      value,
    ]),
  );
  const isTheirs = ingressClassName === 'tunnel';
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: home, annotations, finalizers: isTheirs ? [`${CONTROLLER}-controlled`] : [] },
    spec: {
      ingressClassName,
      rules: rules.map(({ host, path, pathType, name: backend, port }) => ({
        host,
        http: { paths: [{ path, pathType, backend: { service: { name: backend, port } } }] },
      })),
    },
  };
}

/** Static connectors: one with a file, one with a token and rules at Cloudflare. */
export const CLOUDFLARED: Objects = [
  ...['depot', 'yard'].map((name) => namespace(name)),
  service('depot/web', {}, [{ port: 80 }]),
  service('yard/crane', {}, [{ port: 22 }]),
  secret('depot/cloudflare', { CLOUDFLARE_API_TOKEN: 'x' }),
  secret('depot/ca', { 'ca.crt': 'x' }),
  ...fileConnector('depot/edge', {
    tunnel: TUNNEL_ID,
    originRequest: { connectTimeout: '5s' },
    ingress: [
      { hostname: 'web.example.com', service: 'http://web' },
      { hostname: 'www.example.com', service: 'http://web' },
      { hostname: 'ssh.example.com', service: 'ssh://crane.yard:22' },
      { hostname: '*.example.com', service: 'http://192.0.2.7:8080' },
      { hostname: 'hidden.example.com', service: 'http://web' },
      { service: 'http_status:404' },
    ],
  }),
  deployment('depot/dashboard', {
    containers: [
      { name: 'cloudflared', image: 'cloudflare/cloudflared:2026.8.2', args: ['tunnel', 'run', '--token', token()] },
    ],
  }),
];

function token(): string {
  return Buffer.from(JSON.stringify({ a: ACCOUNT, t: TUNNEL_ID.replace('0b', '0d'), s: 'c2VjcmV0' })).toString(
    'base64',
  );
}

function fileConnector(key: string, config: object): Objects {
  const [name = ''] = key.split('/').toReversed();
  const container = {
    name: 'cloudflared',
    image: 'cloudflare/cloudflared:2026.8.2',
    args: ['tunnel', '--config', '/etc/cloudflared/config/config.yaml', 'run'],
    volumeMounts: [{ name: 'config', mountPath: '/etc/cloudflared/config' }],
  };
  const spec = { containers: [container], volumes: [{ name: 'config', configMap: { name } }] };
  return [configMap(key, { 'config.yaml': JSON.stringify(config) }), deployment(key, spec)];
}

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
