import type { JsonObject } from '../../src/kubernetes/json.ts';

export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
export const SERVICES = '/api/v1/namespaces/default/services';
export const PODS = '/api/v1/namespaces/default/pods';
export const SECRETS = '/api/v1/namespaces/default/secrets';
export const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const TUNNELS = '/apis/example.org/v1/namespaces/default/tunnels';

export function aConfigMap(
  name: string,
  data: Record<string, string> = { key: 'value' },
  metadata: JsonObject = {},
): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function aService(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
  };
}

export function aPod(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
  };
}

export function aDeployment(name: string, container: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx', ...container }] } },
      ...spec,
    },
  };
}

export function aSecret(name: string, fields: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...fields };
}

export function aNamespace(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** An entry of `status.conditions` with status True. */
export function aCondition(type: string): JsonObject {
  return { type, status: 'True', reason: 'Tested', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' };
}

/** A definition of `tunnels.example.org` with this schema of `spec`. Fields of the version can be overridden. */
export function aDefinition(spec: JsonObject, version: JsonObject = {}): JsonObject {
  const schema = {
    type: 'object',
    properties: { spec, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'tunnels.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { plural: 'tunnels', kind: 'Tunnel', shortNames: ['tn'], categories: ['all'] },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
    },
  };
}

export function aTunnel(name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'example.org/v1', kind: 'Tunnel', metadata: { name, ...metadata }, spec };
}

/** An object schema with these properties. */
export function objectOf(properties: JsonObject, rest: JsonObject = {}): JsonObject {
  return { type: 'object', properties, ...rest };
}
