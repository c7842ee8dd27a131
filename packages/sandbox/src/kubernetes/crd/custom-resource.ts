import type { KubeObject } from '../api.ts';
import { clone, fieldAt, type JsonObject, objectOrEmpty, textOf } from '../json.ts';
import { subdomainName } from '../registry/names.ts';
import { apiVersionOf, type Decoded, type Resource, type ScalePaths, STORED_VERBS } from '../registry/resource.ts';
import { decodeOrRefuse, requireKind } from '../registry/typed-body.ts';
import { metaV1ObjectMeta } from '../schema/built-in.gen.ts';
import type { Schema } from '../schema/schema.ts';
import { applyDefaults, dropNulls } from './default.ts';
import { type DefinitionNames, type DefinitionVersion, namesOf, versionsOf } from './definition.ts';
import { printerColumns } from './printer-columns.ts';
import { prune } from './prune.ts';
import { validateCustomResource } from './validate-custom-resource.ts';

/** The resources that a CustomResourceDefinition serves, one per served version. */
export function customResources(definition: KubeObject): Resource[] {
  const names = namesOf(definition);
  const versions = versionsOf(definition);
  const storage = versions.find((version) => version.storage) ?? versions[0];
  const stored = `${names.group}/${storage?.name ?? ''}`;
  return versions.filter((version) => version.served).map((version) => customResource(names, version, stored));
}

function customResource(names: DefinitionNames, version: DefinitionVersion, storedVersion: string): Resource {
  const schema = withMetadata(version.schema);
  const shape = { group: names.group, version: version.name, plural: names.plural, kind: names.kind, schema };
  const { namespaced, singular, shortNames, categories } = names;
  const scale = scalePaths(version.scale);
  return {
    ...shape,
    namespaced,
    singular,
    shortNames,
    categories,
    verbs: STORED_VERBS,
    custom: true,
    bucket: `${names.group}/${names.plural}`,
    hasStatus: version.hasStatus,
    scale,
    columns: printerColumns(version.printerColumns),
    selectableFields: version.selectableFields,
    selectableField: (object, path) => textAt(object, path),
    fromStorage: storageReader(shape),
    toStorage: (object) => ({ ...object, apiVersion: storedVersion }),
    strategy: {
      countsGeneration: true,
      unconditionalUpdate: false,
      deleteAnswer: 'status',
      nameRule: subdomainName,
      finalizersOnDelete: [],
      decode: (body) => decodeCustom(body, shape),
      prepare: () => undefined,
      validate: (object, old) => validateCustomResource(object, old, { schema, scale }),
      gracePeriodSeconds: () => 0,
    },
  };
}

type Shape = Pick<Resource, 'group' | 'version' | 'plural' | 'kind' | 'schema'>;

/** Field ownership needs to know that labels are a map and finalizers a set, which definitions do not specify. */
function withMetadata(schema: Schema): Schema {
  const typeMeta = { apiVersion: { type: 'string' }, kind: { type: 'string' } };
  const own = schema.properties?.['metadata']?.properties ?? {};
  const metadata: Schema = { ...metaV1ObjectMeta, properties: { ...metaV1ObjectMeta.properties, ...own } };
  return { ...schema, properties: { ...typeMeta, ...schema.properties, metadata } };
}

function decodeCustom(body: unknown, shape: Shape): Decoded {
  const sent = requireKind(body, shape);
  const metadata = decodeOrRefuse(objectOrEmpty(sent['metadata']), metaV1ObjectMeta, shape, 'ObjectMeta');
  const pruned = prune(sent, shape.schema);
  const typeMeta = { apiVersion: apiVersionOf(shape), kind: shape.kind };
  const object = { ...clone(pruned.value), ...typeMeta, metadata: metadata.value } as unknown as KubeObject;
  dropNulls(object, shape.schema);
  applyDefaults(object, shape.schema);
  const warnings = [
    ...metadata.unknownFields.map((text) => text.replace('"', '"metadata.')),
    ...pruned.unknownFields.map((field) => `unknown field "${field}"`),
  ];
  return { object, warnings };
}

/** Objects that were stored before a schema change are served with the current schema. */
function storageReader(shape: Shape): (stored: KubeObject) => KubeObject {
  const served = new WeakMap<KubeObject, KubeObject>();
  const apiVersion = apiVersionOf(shape);
  return (stored) => {
    let object = served.get(stored);
    if (object === undefined) {
      object = { ...(clone(prune(stored, shape.schema).value) as KubeObject), apiVersion };
      applyDefaults(object, shape.schema);
      served.set(stored, object);
    }
    return object;
  };
}

function scalePaths(scale: JsonObject | undefined): ScalePaths | undefined {
  if (scale === undefined) return undefined;
  return {
    specReplicas: fieldPath(scale['specReplicasPath']),
    statusReplicas: fieldPath(scale['statusReplicasPath']),
    ...(scale['labelSelectorPath'] === undefined ? {} : { selector: fieldPath(scale['labelSelectorPath']) }),
  };
}

function fieldPath(path: unknown): string[] {
  return textOf(path).replace(/^\./, '').split('.');
}

function textAt(object: KubeObject, path: string): string {
  return textOf(fieldAt(object, ...path.split('.')));
}
