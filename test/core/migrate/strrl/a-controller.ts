/** STRRL's controller in namespace ingress, its connectors and the Ingresses that it serves. */
import { parseStrrl } from '../../../../src/core/migrate/strrl/parse.ts';
import type { Container, Ingress, IngressClass, MigrationInput, Workload } from '../../../../src/core/migrate/facts.ts';
import type { Findings } from '../../../../src/core/migrate/takeover.ts';
import { aSecret } from '../../../support/builders.ts';
import { type WorkloadTraits, anInput, running, withPorts } from '../a-cluster.ts';

export const NAME = 'strrl.dev/cloudflare-tunnel-ingress-controller';
export const SECRET = aSecret('ingress/api', { token: 'x', account: ' acc\n', tunnel: 'Mall & Tunnel!' });
const WEB = withPorts('shop/web', 80);

/** A variable with a key of the Secret. */
function variable(name: string, key: string) {
  return { name, valueFrom: { secretKeyRef: { name: 'api', key } } };
}

export const FLAGS = [
  '--cloudflare-api-token=$(TOKEN)',
  '--cloudflare-account-id',
  '$(ACCOUNT)',
  '--cloudflare-tunnel-name=$(TUNNEL)',
];
export const ENV = [variable('TOKEN', 'token'), variable('ACCOUNT', 'account'), variable('TUNNEL', 'tunnel')];

export function controller(container: Container = {}): Workload {
  const image = 'example/cloudflare-tunnel-ingress-controller:0.0.23';
  return running('ingress/controller', { image, command: ['controller', ...FLAGS], env: ENV, ...container });
}

export function connector(key: string, traits: WorkloadTraits = {}): Workload {
  return running(key, { image: 'cloudflared' }, { labels: { [NAME]: 'controlled-cloudflared-connector' }, ...traits });
}

export interface IngressTraits {
  readonly className?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly path?: string;
  readonly name?: string;
  readonly defaultBackend?: unknown;
}

export function anIngress(key: string, traits: IngressTraits = {}): Ingress {
  const [namespace = '', name = ''] = key.split('/');
  const { className = 'tunnel', annotations = {}, finalizers = [], defaultBackend } = traits;
  const service = { name: traits.name ?? 'web', port: { number: 80 } };
  const path = { path: traits.path ?? '/', pathType: 'Prefix', backend: { service } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace, name, annotations, finalizers },
    spec: {
      ingressClassName: className,
      rules: [{ host: 'app.example.com', http: { paths: [path] } }],
      ...(defaultBackend === undefined ? {} : { defaultBackend }),
    },
  };
}

export function aClass(name: string, controllerName = NAME): IngressClass {
  const spec = { controller: controllerName };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec };
}

export function found(facts: Partial<MigrationInput> = {}): Findings {
  return parseStrrl(
    anInput({
      deployments: [controller()],
      ingressClasses: [aClass('tunnel')],
      services: [WEB],
      secrets: [SECRET],
      ...facts,
    }),
  );
}
