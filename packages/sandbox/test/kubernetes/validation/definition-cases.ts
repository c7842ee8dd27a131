import { EMBEDDED, integer, listOf, mapOf, objectOf, PRESERVED, string, withRule } from './schemas.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';

/** A case, and a JSON merge patch of the definition below. */
export type DefinitionCase = readonly [name: string, patch: JsonObject];

const V1: JsonObject = {
  name: 'v1',
  served: true,
  storage: true,
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        spec: objectOf({
          replicas: integer,
          name: string,
          tags: listOf(string),
          flag: { type: 'boolean' },
          count: { type: 'number' },
          deep: objectOf({ a: string }),
        }),
        status: objectOf({ replicas: integer, selector: string }),
      },
    },
  },
};
function version(rest: JsonObject = {}): JsonObject {
  return { ...V1, ...rest };
}

/** The definition that every case changes. */
export const DEFINITION: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gates.example.org' },
  spec: { group: 'example.org', scope: 'Namespaced', names: { plural: 'gates', kind: 'Gate' }, versions: [V1] },
};
const named = (names: JsonObject): JsonObject => ({ spec: { names } });
const only = (rest: JsonObject): JsonObject => ({ spec: { versions: [version(rest)] } });
const scaled = (scale: JsonObject): JsonObject => only({ subresources: { status: {}, scale } });
const root = (openAPIV3Schema: JsonObject): JsonObject => only({ schema: { openAPIV3Schema } });
const withColumn = (column: JsonObject): JsonObject => only({ additionalPrinterColumns: [column] });
export const DEFINITION_CASES: readonly DefinitionCase[] = [
  ['everything that is usual', {}],
  ['another name', { metadata: { name: 'others.example.org' } }],
  ['a name in capitals', { metadata: { name: 'Gates.example.org' }, spec: { names: { plural: 'Gates' } } }],
  ['no group', { spec: { group: null } }],
  ['a group without dot', { metadata: { name: 'gates.example' }, spec: { group: 'example' } }],
  ['a group with an underscore', { metadata: { name: 'gates.exa_mple.org' }, spec: { group: 'exa_mple.org' } }],
  ['a protected group', { metadata: { name: 'gates.x.k8s.io' }, spec: { group: 'x.k8s.io' } }],
  [
    'a protected group with approval',
    {
      metadata: {
        name: 'gates.x.k8s.io',
        annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes/x/pull/1' },
      },
      spec: { group: 'x.k8s.io' },
    },
  ],
  ['no scope', { spec: { scope: null } }],
  ['an unknown scope', { spec: { scope: 'Global' } }],
  ['no kind', named({ kind: null })],
  ['a kind in lower case', named({ kind: 'gate' })],
  ['a kind that is no label', named({ kind: 'My_Gate' })],
  ['no plural', named({ plural: null })],
  ['a plural in capitals', named({ plural: 'Gates' })],
  ['a singular in capitals', named({ singular: 'Gate' })],
  ['a listKind like the kind', named({ listKind: 'Gate' })],
  ['a short name in capitals', named({ shortNames: ['GT'] })],
  ['a category in capitals', named({ categories: ['All'] })],
  ['a category', named({ categories: ['all'], shortNames: ['gt'] })],
  ['no versions', { spec: { versions: [] } }],
  ['versions left out', { spec: { versions: null } }],
  ['no storage version', only({ storage: false })],
  ['two storage versions', { spec: { versions: [version(), version({ name: 'v2' })] } }],
  ['two versions of one name', { spec: { versions: [version(), version({ storage: false })] } }],
  ['a version that is no label', only({ name: 'V1' })],
  ['a version without name', only({ name: '' })],
  ['no schema', only({ schema: undefined })],
  ['an empty schema', only({ schema: {} })],
  ['a version that is not served', only({ served: false })],
  ['served left out', only({ served: undefined })],
  ['a deprecation', only({ deprecated: true, deprecationWarning: 'use v2' })],
  ['a deprecation warning without deprecation', only({ deprecationWarning: 'use v2' })],
  ['an empty deprecation warning', only({ deprecated: true, deprecationWarning: '' })],
  ['preserveUnknownFields', { spec: { preserveUnknownFields: true } }],
  ['preserveUnknownFields false', { spec: { preserveUnknownFields: false } }],
  ['a root without type', root({ properties: {} })],
  ['a root that is a string', root({ type: 'string' })],
  ['a root that is nullable', root({ type: 'object', nullable: true })],
  ['a root that preserves unknown fields', root({ type: 'object', ...PRESERVED })],
  ['a root with additionalProperties', root({ type: 'object', additionalProperties: string })],
  ['a root that is an embedded resource', root({ type: 'object', ...EMBEDDED, ...PRESERVED })],
  ['a root with a default', root({ type: 'object', default: {}, properties: { spec: objectOf({}) } })],
  ['a root with required fields', root({ type: 'object', required: ['spec'], properties: { spec: objectOf({}) } })],
  ['a rule at the root', root({ type: 'object', ...withRule('self.metadata.name.size() < 5') })],
  ['a rule at the root of labels', root({ type: 'object', ...withRule('size(self.metadata.labels) < 5') })],
  [
    'a rule at the root of the generate name',
    root({ type: 'object', ...withRule('self.metadata.generateName == ""') }),
  ],
  [
    'metadata with a rule for the name',
    root({ type: 'object', properties: { metadata: objectOf({ name: { ...string, pattern: '^a' } }) } }),
  ],
  [
    'metadata with other fields',
    root({ type: 'object', properties: { metadata: objectOf({ labels: mapOf(string) }) } }),
  ],
  [
    'metadata that is required',
    root({ type: 'object', properties: { metadata: objectOf({}, { required: ['name'] }) } }),
  ],
  [
    'metadata with a CEL rule',
    root({ type: 'object', properties: { metadata: { type: 'object', ...withRule('self.name == "a"') } } }),
  ],
  [
    'apiVersion that is an integer',
    root({ type: 'object', properties: { apiVersion: integer, kind: string, metadata: { type: 'object' } } }),
  ],
  ['apiVersion with a pattern', root({ type: 'object', properties: { apiVersion: { ...string, pattern: '^a' } } })],
  ['metadata that is a string', root({ type: 'object', properties: { metadata: string } })],
  [
    'a status with a transition rule',
    root({ type: 'object', properties: { status: objectOf({ a: { ...string, ...withRule('self == oldSelf') } }) } }),
  ],
  [
    'a scale',
    scaled({
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    }),
  ],
  ['a scale without paths', scaled({})],
  ['a scale without spec path', scaled({ statusReplicasPath: '.status.replicas' })],
  [
    'a scale whose spec path is in status',
    scaled({ specReplicasPath: '.status.replicas', statusReplicasPath: '.status.replicas' }),
  ],
  [
    'a scale whose status path is in spec',
    scaled({ specReplicasPath: '.spec.replicas', statusReplicasPath: '.spec.replicas' }),
  ],
  ['a scale path without dot', scaled({ specReplicasPath: 'spec.replicas', statusReplicasPath: '.status.replicas' })],
  [
    'a scale path into a list',
    scaled({ specReplicasPath: '.spec.list[0].replicas', statusReplicasPath: '.status.replicas' }),
  ],
  [
    'a scale path of an unknown field',
    scaled({ specReplicasPath: '.spec.number', statusReplicasPath: '.status.replicas' }),
  ],
  [
    'a selector path outside spec and status',
    scaled({
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.metadata.labels',
    }),
  ],
  ['a status subresource', only({ subresources: { status: {} } })],
  ['an unknown subresource', only({ subresources: { log: {} } })],
  ['a column', withColumn({ name: 'Name', type: 'string', jsonPath: '.spec.name' })],
  ['a column without name', withColumn({ type: 'string', jsonPath: '.spec.name' })],
  ['a column without type', withColumn({ name: 'Name', jsonPath: '.spec.name' })],
  ['a column of an unknown type', withColumn({ name: 'Name', type: 'text', jsonPath: '.spec.name' })],
  ['a column without path', withColumn({ name: 'Name', type: 'string' })],
  ['a column with a path without dot', withColumn({ name: 'Name', type: 'string', jsonPath: 'spec.name' })],
  ['a column with a bad path', withColumn({ name: 'Name', type: 'string', jsonPath: '.spec[?(@.type==' })],
  [
    'a column with a filter',
    withColumn({ name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' }),
  ],
  [
    'a column of an unknown format',
    withColumn({ name: 'Name', type: 'string', format: 'long', jsonPath: '.spec.name' }),
  ],
  [
    'a column with a format',
    withColumn({ name: 'Count', type: 'integer', format: 'int64', jsonPath: '.spec.replicas' }),
  ],
  [
    'a column with a negative priority',
    withColumn({ name: 'Name', type: 'string', priority: -1, jsonPath: '.spec.name' }),
  ],
  [
    'a column with an unknown field',
    withColumn({ name: 'Name', type: 'string', JSONPath: '.spec.name', jsonPath: '.spec.name' }),
  ],
  [
    'a selectable field',
    only({
      selectableFields: [{ jsonPath: '.spec.name' }, { jsonPath: '.spec.replicas' }, { jsonPath: '.spec.flag' }],
    }),
  ],
  ['a selectable number', only({ selectableFields: [{ jsonPath: '.spec.count' }] })],
  ['a selectable list', only({ selectableFields: [{ jsonPath: '.spec.tags' }] })],
  ['a selectable object', only({ selectableFields: [{ jsonPath: '.spec.deep' }] })],
  ['a selectable field that is unknown', only({ selectableFields: [{ jsonPath: '.spec.none' }] })],
  ['a selectable field of metadata', only({ selectableFields: [{ jsonPath: '.metadata.name' }] })],
  ['a selectable field twice', only({ selectableFields: [{ jsonPath: '.spec.name' }, { jsonPath: '.spec.name' }] })],
  ['a selectable field without dot', only({ selectableFields: [{ jsonPath: 'spec.name' }] })],
  ['a selectable field without path', only({ selectableFields: [{}] })],
  ['a selectable field by index', only({ selectableFields: [{ jsonPath: '.spec.tags[0]' }] })],
  [
    'nine selectable fields',
    only({
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: { spec: objectOf(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`a${i}`, string]))) },
        },
      },
      selectableFields: Array.from({ length: 9 }, (_, i) => ({ jsonPath: `.spec.a${i}` })),
    }),
  ],
  ['a conversion of no strategy', { spec: { conversion: {} } }],
  ['an unknown conversion', { spec: { conversion: { strategy: 'Magic' } } }],
  ['a webhook conversion without webhook', { spec: { conversion: { strategy: 'Webhook' } } }],
  [
    'a webhook without webhook strategy',
    {
      spec: {
        conversion: {
          strategy: 'None',
          webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://example.org' } },
        },
      },
    },
  ],
  [
    'a webhook conversion',
    {
      spec: {
        conversion: {
          strategy: 'Webhook',
          webhook: { conversionReviewVersions: ['v1'], clientConfig: { service: { namespace: 'a', name: 'b' } } },
        },
      },
    },
  ],
  ['an unknown field of the specification', { spec: { version: 'v1' } }],
  ['an unknown field of the names', named({ short: 'g' })],
  ['a wrong type in the specification', { spec: { versions: { name: 'v1' } } }],
  ['served as a string', only({ served: 'yes' })],
  [
    'two versions with different schemas',
    {
      spec: {
        versions: [
          version(),
          version({
            name: 'v2',
            storage: false,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec: objectOf({ a: {} }) } } },
          }),
        ],
      },
    },
  ],
];
