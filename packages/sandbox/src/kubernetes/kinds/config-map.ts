import { type FieldError, invalidField } from '../field-error.ts';
import { objectOrEmpty } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { coreV1ConfigMap } from '../schema/built-in.gen.ts';
import { configMapColumns } from '../table/config-columns.ts';
import { refuseBadBase64, validateKeys, validateSize } from './data-keys.ts';
import { defineKind } from './define-kind.ts';
import { validateImmutable } from './immutable.ts';

/** `v1 ConfigMap`. */
export function configMapKind(): Resource {
  return defineKind({
    plural: 'configmaps',
    kind: 'ConfigMap',
    shortNames: ['cm'],
    schema: coreV1ConfigMap,
    columns: configMapColumns,
    defaults: (map) => refuseBadBase64('ConfigMap', map['binaryData']),
    validate: (map, old) => [
      ...validateKeys(map['data'], 'data'),
      ...validateKeys(map['binaryData'], 'binaryData'),
      ...validateOverlap(map['data'], map['binaryData']),
      ...validateSize(map['data'], map['binaryData']),
      ...validateImmutable(map, old, ['data', 'binaryData']),
    ],
  });
}

function validateOverlap(data: unknown, binaryData: unknown): FieldError[] {
  const binary = objectOrEmpty(binaryData);
  return Object.keys(objectOrEmpty(data))
    .filter((key) => key in binary)
    .map((key) => invalidField('data', key, 'duplicate of key present in binaryData'));
}
