import type { KubeObject } from '../api.ts';
import { arrayOrEmpty, fieldAt, isObject, type JsonObject, objectOrEmpty } from '../json.ts';
import type { Schema } from '../schema/schema.ts';

/** One version in a CustomResourceDefinition. */
export interface DefinitionVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: Schema;
  readonly hasStatus: boolean;
  readonly scale: JsonObject | undefined;
  readonly printerColumns: readonly PrinterColumn[];
  /** Field paths without the leading dot. */
  readonly selectableFields: readonly string[];
}

/** One entry of `additionalPrinterColumns`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

/** `spec.names` and related fields. */
export interface DefinitionNames {
  readonly group: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
}

/** Reads names and scope of a CustomResourceDefinition. */
export function namesOf(definition: KubeObject): DefinitionNames {
  const spec = objectOrEmpty(definition['spec']);
  const names = objectOrEmpty(spec['names']);
  return {
    group: String(spec['group']),
    plural: String(names['plural']),
    singular: String(names['singular']),
    kind: String(names['kind']),
    shortNames: arrayOrEmpty(names['shortNames']).map(String),
    categories: arrayOrEmpty(names['categories']).map(String),
    namespaced: spec['scope'] === 'Namespaced',
  };
}

/** Reads all versions of a CustomResourceDefinition. */
export function versionsOf(definition: KubeObject): DefinitionVersion[] {
  return arrayOrEmpty(fieldAt(definition, 'spec', 'versions'))
    .filter(isObject)
    .map(readVersion);
}

function readVersion(version: JsonObject): DefinitionVersion {
  const subresources = objectOrEmpty(version['subresources']);
  const { scale } = subresources;
  return {
    name: String(version['name']),
    served: version['served'] === true,
    storage: version['storage'] === true,
    schema: objectOrEmpty(fieldAt(version, 'schema', 'openAPIV3Schema')),
    hasStatus: isObject(subresources['status']),
    scale: isObject(scale) ? scale : undefined,
    printerColumns: arrayOrEmpty(version['additionalPrinterColumns']) as readonly PrinterColumn[],
    selectableFields: arrayOrEmpty(version['selectableFields']).map((field) =>
      String(fieldAt(field, 'jsonPath')).replace(/^\./, ''),
    ),
  };
}
