/** Facts for a migration, as small as a test needs them. */
import type { ConfigMap, ObjectKey, Secret, Service } from '../../../src/api/objects.ts';
import type { MigrationInput, Workload } from '../../../src/core/migrate/facts.ts';
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

/** A Deployment of cloudflared with its configuration in the ConfigMap of the same name. */
export function cloudflared(key: ObjectKey, parts: Partial<Workload['spec']> = {}): Workload {
  const [namespace = '', name = ''] = key.split('/');
  const container = {
    image: 'cloudflare/cloudflared:2026.8.2',
    args: ['tunnel', '--config', '/etc/cloudflared/config.yaml', 'run'],
    volumeMounts: [{ name: 'config', mountPath: '/etc/cloudflared' }],
  };
  const template = { spec: { containers: [container], volumes: [{ name: 'config', configMap: { name } }] } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { template, ...parts } };
}

export function configIn(key: ObjectKey, config: unknown): ConfigMap {
  return aConfigMap(key, { 'config.yaml': JSON.stringify(config) });
}

export function tokenIn(key: ObjectKey): Secret {
  return aSecret(key, { CLOUDFLARE_API_TOKEN: 'x' });
}
