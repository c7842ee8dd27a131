import type { KubeObject } from '../api.ts';
import type { JsonObject } from '../json.ts';
import type { Resource } from '../registry/resource.ts';

export interface TableOptions {
  readonly includeObject: string;
  readonly now: number;
  /** False for later tables of a watch, which omit the definitions. */
  readonly withDefinitions?: boolean;
}

/** `meta.k8s.io/v1 Table`: what kubectl prints. */
export function tableOf(
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: JsonObject,
  options: TableOptions,
): JsonObject {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.withDefinitions === false ? null : definitionsOf(resource),
    rows: objects.map((object) => rowOf(resource, object, options)),
  };
}

function definitionsOf({ columns }: Resource): JsonObject[] {
  return columns.map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
}

function rowOf({ columns }: Resource, object: KubeObject, { includeObject, now }: TableOptions): JsonObject {
  const row = { cells: columns.map((column) => column.cell(object, now)) };
  if (includeObject === 'None') return row;
  return { ...row, object: includeObject === 'Object' ? object : partialMetadata(object) };
}

function partialMetadata({ metadata }: KubeObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
