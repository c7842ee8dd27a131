import type { KubeApi, KubeObject } from '../api.ts';
import { EVERYTHING, type PolicyRule } from './policy-rule.ts';
import { MASTERS } from './user.ts';

const GROUP = 'rbac.authorization.k8s.io';
const REVIEWS = 'authorization.k8s.io';

interface DefaultRole {
  readonly name: string;
  readonly groups: readonly string[];
  readonly rules: readonly PolicyRule[];
}

/** The default roles that clients depend on: discovery, and reviews of their own permissions. */
const DEFAULT_ROLES: readonly DefaultRole[] = [
  {
    name: 'cluster-admin',
    groups: [MASTERS],
    rules: EVERYTHING,
  },
  {
    name: 'system:basic-user',
    groups: ['system:authenticated'],
    rules: [
      {
        verbs: ['create'],
        apiGroups: [REVIEWS],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
      { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    ],
  },
  {
    name: 'system:discovery',
    groups: ['system:authenticated'],
    rules: [
      {
        verbs: ['get'],
        nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', '/version', '/version/'],
      },
      { verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz'] },
    ],
  },
  {
    name: 'system:public-info-viewer',
    groups: ['system:authenticated', 'system:unauthenticated'],
    rules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'] }],
  },
];

/** Creates the default roles and their bindings. */
export function createDefaultRoles(api: KubeApi): void {
  for (const role of DEFAULT_ROLES) {
    api.create({ group: GROUP, version: 'v1', plural: 'clusterroles' }, roleOf(role));
    api.create({ group: GROUP, version: 'v1', plural: 'clusterrolebindings' }, bindingOf(role));
  }
}

function metadataOf(name: string): KubeObject['metadata'] {
  return {
    name,
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  };
}

function roleOf({ name, rules }: DefaultRole): KubeObject {
  return { apiVersion: `${GROUP}/v1`, kind: 'ClusterRole', metadata: metadataOf(name), rules };
}

function bindingOf({ name, groups }: DefaultRole): KubeObject {
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: metadataOf(name),
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
    subjects: groups.map((group) => ({ apiGroup: GROUP, kind: 'Group', name: group })),
  };
}
