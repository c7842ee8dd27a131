import { list, map, type Message, one } from './message.ts';

// Field numbers from the `generated.proto` files of k8s.io/api and k8s.io/apimachinery.

const objectMeta: Message = {
  1: one('name'),
  2: one('generateName'),
  3: one('namespace'),
  11: map('labels'),
  12: map('annotations'),
  14: list('finalizers'),
};

const policyRule: Message = {
  1: list('verbs'),
  2: list('apiGroups'),
  3: list('resources'),
  4: list('resourceNames'),
  5: list('nonResourceURLs'),
};
const subject: Message = { 1: one('kind'), 2: one('apiGroup'), 3: one('name'), 4: one('namespace') };
const roleRef: Message = { 1: one('apiGroup'), 2: one('kind'), 3: one('name') };

const role: Message = { 1: one('metadata', objectMeta), 2: list('rules', policyRule) };
const roleBinding: Message = {
  1: one('metadata', objectMeta),
  2: list('subjects', subject),
  3: one('roleRef', roleRef),
};

const containerPort: Message = {
  1: one('name'),
  2: one('hostPort', 'number'),
  3: one('containerPort', 'number'),
  4: one('protocol'),
};
const container: Message = {
  1: one('name'),
  2: one('image'),
  3: list('command'),
  4: list('args'),
  6: list('ports', containerPort),
  7: list('env', { 1: one('name'), 2: one('value') }),
};
const podTemplate: Message = {
  1: one('metadata', objectMeta),
  2: one('spec', { 2: list('containers', container), 3: one('restartPolicy'), 8: one('serviceAccountName') }),
};
const deploymentSpec: Message = {
  1: one('replicas', 'pointer'),
  2: one('selector', { 1: map('matchLabels') }),
  3: one('template', podTemplate),
};

const servicePort: Message = {
  1: one('name'),
  2: one('protocol'),
  3: one('port', 'number'),
  4: one('targetPort', 'intOrString'),
  5: one('nodePort', 'number'),
};
const serviceSpec: Message = {
  1: list('ports', servicePort),
  2: map('selector'),
  3: one('clusterIP'),
  4: one('type'),
  10: one('externalName'),
};

const resourceAttributes: Message = {
  1: one('namespace'),
  2: one('verb'),
  3: one('group'),
  4: one('version'),
  5: one('resource'),
  6: one('subresource'),
  7: one('name'),
};
const accessReviewSpec: Message = {
  1: one('resourceAttributes', resourceAttributes),
  2: one('nonResourceAttributes', { 1: one('path'), 2: one('verb') }),
};
const tokenRequestSpec: Message = {
  1: list('audiences'),
  3: one('boundObjectRef', { 1: one('kind'), 2: one('apiVersion'), 3: one('name'), 4: one('uid') }),
  4: one('expirationSeconds', 'pointer'),
};

const deleteOptions: Message = {
  1: one('gracePeriodSeconds', 'pointer'),
  2: one('preconditions', { 1: one('uid'), 2: one('resourceVersion') }),
  3: one('orphanDependents', 'boolean'),
  4: one('propagationPolicy'),
  5: list('dryRun'),
};

/** Kinds that `kubectl create <generator>` and helm send as protobuf, with the fields that they set. */
export const protobufKinds: Readonly<Record<string, Message>> = {
  Namespace: { 1: one('metadata', objectMeta) },
  ConfigMap: {
    1: one('metadata', objectMeta),
    2: map('data'),
    3: map('binaryData', 'bytes'),
    4: one('immutable', 'boolean'),
  },
  Secret: {
    1: one('metadata', objectMeta),
    2: map('data', 'bytes'),
    3: one('type'),
    4: map('stringData'),
    5: one('immutable', 'boolean'),
  },
  ServiceAccount: { 1: one('metadata', objectMeta) },
  Service: { 1: one('metadata', objectMeta), 2: one('spec', serviceSpec) },
  Deployment: { 1: one('metadata', objectMeta), 2: one('spec', deploymentSpec) },
  Role: role,
  ClusterRole: role,
  RoleBinding: roleBinding,
  ClusterRoleBinding: roleBinding,
  DeleteOptions: deleteOptions,
  TokenRequest: { 1: one('metadata', objectMeta), 2: one('spec', tokenRequestSpec) },
  SelfSubjectReview: { 1: one('metadata', objectMeta) },
  SelfSubjectAccessReview: { 1: one('metadata', objectMeta), 2: one('spec', accessReviewSpec) },
  SelfSubjectRulesReview: { 1: one('metadata', objectMeta), 2: one('spec', { 1: one('namespace') }) },
};
