/** A cluster that STRRL/cloudflare-tunnel-ingress-controller leaves: Ingresses that it serves, one that it does not, and one of nginx. */
import type { KubeObject } from '../../kube-client.ts';
import { namespace, secret, service } from '../../world-objects.ts';
import { deployment } from '../deployments.ts';
import { ACCOUNT, type Objects } from './parts.ts';

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
