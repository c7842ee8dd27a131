/** Facts for a migration, as small as a test needs them. */
import type { ConfigMap, ObjectKey, Secret, Service } from '../../../src/api/objects.ts';
import type { Container, MigrationInput, Workload } from '../../../src/core/migrate/facts.ts';
import type { ServedRule, Takeover } from '../../../src/core/migrate/takeover.ts';
import { aConfigMap, aSecret, aService } from '../../support/builders.ts';
import { PARSERS } from '../../support/parsers.ts';

export function anInput(facts: Partial<MigrationInput> = {}): MigrationInput {
  return {
    services: [],
    deployments: [],
    ingresses: [],
    ingressClasses: [],
    foreign: [],
    tunnels: [],
    configMaps: [],
    secrets: [],
    parsers: PARSERS,
    ...facts,
  };
}

export const TUNNEL_ID = '0b6a3c1e-5f2d-4a7b-9c8d-1e2f3a4b5c6d';

export function aTakeover(parts: Partial<Takeover> = {}): Takeover {
  return {
    tunnel: 'shop/home',
    spec: { existingTunnel: { id: TUNNEL_ID }, configMode: 'Local' },
    credentials: 'cloudflare',
    connectorNamespace: 'shop',
    rules: [],
    defaults: {},
    fallback: 'http_status:404',
    findFile: () => undefined,
    replacesRemoteRules: false,
    replicas: 1,
    scheduling: {},
    connectors: ['shop/edge'],
    controllers: [],
    paused: [],
    releases: [],
    ownership: [],
    leftovers: [],
    ...parts,
  };
}

export function aRule(hostname: string, service: string, parts: Partial<ServedRule> = {}): ServedRule {
  return { hostname, service, originRequest: {}, hasManagedRecord: true, ...parts };
}

/** A Service with these ports. */
export function withPorts(key: ObjectKey, ...ports: readonly number[]): Service {
  return aService(key, { ports: ports.map((port) => ({ name: `p${port}`, port })) });
}

export interface WorkloadTraits {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: Partial<Workload['spec']>;
}

/** A Deployment with one container. */
export function running(key: ObjectKey, container: Container, traits: WorkloadTraits = {}): Workload {
  const [namespace = '', name = ''] = key.split('/');
  const { labels = {}, annotations = {}, spec } = traits;
  const template = { spec: { containers: [container] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels, annotations },
    spec: { template, ...spec },
  };
}

export interface ConnectorTraits {
  readonly replicas?: number;
  /** Before the others on the command line. */
  readonly flags?: readonly string[];
  /** A Secret of the same namespace that is mounted at /creds. */
  readonly secret?: string;
  readonly pod?: Workload['spec']['template']['spec'];
}

/** A Deployment of cloudflared with its configuration in the ConfigMap of the same name. */
export function cloudflared(key: ObjectKey, traits: ConnectorTraits = {}): Workload {
  const { replicas, flags = [], secret, pod } = traits;
  const [, name = ''] = key.split('/');
  const creds = secret === undefined ? [] : [{ name: 'creds', mountPath: '/creds' }];
  const container = {
    image: 'cloudflare/cloudflared:2026.8.2',
    args: ['tunnel', ...flags, '--config', '/etc/cloudflared/config.yaml', 'run'],
    volumeMounts: [{ name: 'config', mountPath: '/etc/cloudflared' }, ...creds],
  };
  const volumes = [
    { name: 'config', configMap: { name } },
    ...(secret === undefined ? [] : [{ name: 'creds', secret: { secretName: secret } }]),
  ];
  const template = { spec: { containers: [container], volumes, ...pod } };
  return running(key, container, { spec: { template, ...(replicas === undefined ? {} : { replicas }) } });
}

export function configIn(key: ObjectKey, config: unknown): ConfigMap {
  return aConfigMap(key, { 'config.yaml': JSON.stringify(config) });
}

export function tokenIn(key: ObjectKey): Secret {
  return aSecret(key, { CLOUDFLARE_API_TOKEN: 'x' });
}
