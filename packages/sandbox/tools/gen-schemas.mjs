// Writes src/kubernetes/schema/built-in.gen.ts: the schemas of the emulated built-in kinds, taken from the OpenAPI
// documents of a Kubernetes release. Needs Go, which downloads the release and verifies its checksum.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const RELEASE = 'v1.36.3';
const TARGET = path.resolve(import.meta.dirname, '../src/kubernetes/schema/built-in.gen.ts');

/** The kinds by the document that describes them. */
const KINDS = {
  api__v1: [
    'core.v1.ConfigMap',
    'core.v1.Event',
    'core.v1.Namespace',
    'core.v1.Pod',
    'core.v1.Secret',
    'core.v1.Service',
    'core.v1.ServiceAccount',
    'authentication.v1.TokenRequest',
  ],
  apis__apps__v1: ['apps.v1.Deployment', 'apps.v1.ReplicaSet'],
  apis__batch__v1: ['batch.v1.Job'],
  'apis__admissionregistration.k8s.io__v1': [
    'admissionregistration.v1.ValidatingAdmissionPolicy',
    'admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  ],
  'apis__apiextensions.k8s.io__v1': ['apiextensions.v1.CustomResourceDefinition'],
  'apis__authentication.k8s.io__v1': ['authentication.v1.SelfSubjectReview', 'authentication.v1.TokenReview'],
  'apis__authorization.k8s.io__v1': [
    'authorization.v1.SelfSubjectAccessReview',
    'authorization.v1.SelfSubjectRulesReview',
    'authorization.v1.SubjectAccessReview',
  ],
  'apis__coordination.k8s.io__v1': ['coordination.v1.Lease'],
  'apis__discovery.k8s.io__v1': ['discovery.v1.EndpointSlice'],
  'apis__events.k8s.io__v1': ['events.v1.Event'],
  'apis__networking.k8s.io__v1': ['networking.v1.Ingress', 'networking.v1.IngressClass', 'networking.v1.NetworkPolicy'],
  apis__policy__v1: ['policy.v1.PodDisruptionBudget'],
  'apis__rbac.authorization.k8s.io__v1': [
    'rbac.v1.ClusterRole',
    'rbac.v1.ClusterRoleBinding',
    'rbac.v1.Role',
    'rbac.v1.RoleBinding',
  ],
};
const METADATA = 'meta.v1.ObjectMeta';

/** What the sandbox reads of a schema. Requirements are checked by the code of each kind. */
const KEYWORDS = [
  'type',
  'format',
  'default',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-patch-merge-key',
  'x-kubernetes-patch-strategy',
];
const ANYTHING = `{ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }`;
const INT_OR_STRING = `{ 'x-kubernetes-int-or-string': true }`;

/** Definitions with a form that OpenAPI cannot tell; src/kubernetes/crd checks the schema inside a definition. */
const SPECIAL = {
  'util.intstr.IntOrString': INT_OR_STRING,
  'api.resource.Quantity': INT_OR_STRING,
  'apiextensions.v1.JSONSchemaProps': ANYTHING,
};

const definitions = new Map();
const written = new Map();

const exported = [...Object.values(KINDS).flat(), METADATA];
for (const document of Object.keys(KINDS)) load(document);
for (const name of exported) write(name);
const header = `// Generated from the OpenAPI documents of Kubernetes ${RELEASE} by tools/gen-schemas.mjs. Do not edit.
import type { Schema } from './schema.ts';
`;
const texts = Array.from(written, ([name, schema]) => {
  const prefix = exported.includes(name) ? 'export ' : '';
  return `${prefix}const ${variableOf(name)}: Schema = ${schema};`;
});
writeFileSync(TARGET, `${[header, ...texts].join('\n')}\n`);

function load(document) {
  const file = path.join(releaseFolder(), 'api/openapi-spec/v3', `${document}_openapi.json`);
  const { schemas } = JSON.parse(readFileSync(file, 'utf8')).components;
  for (const [name, schema] of Object.entries(schemas)) definitions.set(shortName(name), schema);
}

function releaseFolder() {
  const answer = execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${RELEASE}`], { encoding: 'utf8' });
  return JSON.parse(answer).Dir;
}

/** `core.v1.Pod` of `io.k8s.api.core.v1.Pod`: what is left is unique. */
function shortName(name) {
  return name.split('.').slice(-3).join('.');
}

function variableOf(name) {
  const [first, ...rest] = name.split('.');
  return [first, ...rest.map((part) => part[0].toUpperCase() + part.slice(1))].join('');
}

/** Writes a definition after those it refers to, and returns the name of its variable. */
function write(name) {
  if (!written.has(name)) written.set(name, SPECIAL[name] ?? textOf(definitions.get(name)));
  return variableOf(name);
}

function textOf(schema) {
  const reference = schema.$ref ?? schema.allOf?.[0].$ref;
  if (reference !== undefined) return write(shortName(path.basename(reference)));
  if (schema.properties === undefined && schema.additionalProperties === undefined && isObjectLike(schema))
    return ANYTHING;
  const entries = KEYWORDS.filter((keyword) => isKept(schema, keyword)).map((keyword) => [
    keyword,
    JSON.stringify(schema[keyword]),
  ]);
  const { items, additionalProperties, properties } = schema;
  if (items !== undefined) entries.push(['items', textOf(withoutDefault(items))]);
  if (additionalProperties !== undefined)
    entries.push(['additionalProperties', textOf(withoutDefault(additionalProperties))]);
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([field, inner]) => [field, textOf(inner)]);
    entries.push(['properties', objectText(fields)]);
  }
  return objectText(entries);
}

function isObjectLike({ type = 'object', 'x-kubernetes-preserve-unknown-fields': isFree }) {
  return type === 'object' || isFree === true;
}

/** An empty object as default says nothing. */
function isKept(schema, keyword) {
  return schema[keyword] !== undefined && (keyword !== 'default' || typeof schema.default !== 'object');
}

function withoutDefault({ default: _default, ...schema }) {
  return schema;
}

function objectText(entries) {
  return `{ ${entries.map(([key, text]) => `${keyText(key)}: ${text}`).join(', ')} }`;
}

function keyText(key) {
  return /^\w+$/.test(key) ? key : JSON.stringify(key);
}
