import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, required } from '../field-error.ts';
import { isObject, objectOrEmpty, setDefault } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { coreV1Secret } from '../schema/built-in.gen.ts';
import { secretColumns } from '../table/config-columns.ts';
import { refuseBadBase64, validateKeys, validateSize } from './data-keys.ts';
import { defineKind } from './define-kind.ts';
import { validateImmutable } from './immutable.ts';

/** Required keys of typed Secrets. */
const REQUIRED_KEYS: Record<string, readonly string[]> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

/** `v1 Secret`. */
export function secretKind(): Resource {
  return defineKind({
    plural: 'secrets',
    kind: 'Secret',
    schema: coreV1Secret,
    columns: secretColumns,
    selectableFields: ['type'],
    defaults: defaultSecret,
    validate: (secret, old) => [
      ...validateKeys(secret['data'], 'data'),
      ...validateSize(secret['data']).map((error) => ({ ...error, field: 'data' })),
      ...validateType(secret, old),
      ...validateImmutable(secret, old, ['data']),
    ],
  });
}

function defaultSecret(secret: KubeObject): void {
  setDefault(secret, 'type', 'Opaque');
  refuseBadBase64('Secret', secret['data']);
  if (!isObject(secret['stringData'])) return;
  const encoded = Object.entries(secret['stringData']).map(
    ([key, value]) => [key, Buffer.from(String(value)).toString('base64')] as const,
  );
  secret['data'] = { ...objectOrEmpty(secret['data']), ...Object.fromEntries(encoded) };
  delete secret['stringData'];
}

function validateType(secret: KubeObject, old: KubeObject | undefined): FieldError[] {
  const type = String(secret['type']);
  if (old !== undefined && old['type'] !== type) return [invalidField('type', type, 'field is immutable')];
  const data = objectOrEmpty(secret['data']);
  return (REQUIRED_KEYS[type] ?? []).filter((key) => !(key in data)).map((key) => required(`data[${key}]`));
}
