import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField } from '../field-error.ts';
import { fieldAt } from '../json.ts';
import type { Resource, ScalePaths } from '../registry/resource.ts';
import { validateListTypes } from './list-type.ts';
import { validateRules } from './rules.ts';
import { validateSchema } from './validate.ts';

/** Validates an object for its creation, or for its update if there is an old one. */
export function validateCustomResource(
  object: KubeObject,
  old: KubeObject | undefined,
  { schema, scale }: Pick<Resource, 'schema' | 'scale'>,
): FieldError[] {
  const wasListValid = old === undefined || validateListTypes(old, schema, '').length === 0;
  const errors = [
    ...validateSchema(object, schema, '', old),
    ...validateReplicas(object, scale),
    ...(wasListValid ? validateListTypes(object, schema, '') : []),
  ];
  return [...errors, ...(errors.some(isBlocking) ? [UNCHECKED] : validateRules(object, old, schema, ''))];
}

/** As in the real server, rules are not evaluated for values of the wrong shape. */
function isBlocking({ type }: FieldError): boolean {
  return BLOCKING.has(type);
}

const BLOCKING = new Set<FieldError['type']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const UNCHECKED = invalidField(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

function validateReplicas(object: KubeObject, scale: ScalePaths | undefined): FieldError[] {
  if (scale === undefined) return [];
  const fields = [scale.specReplicas, scale.statusReplicas];
  return fields.flatMap((path) => {
    const value = fieldAt(object, ...path);
    return typeof value === 'number' && value < 0
      ? [invalidField(`.${path.join('.')}`, value, 'should be a non-negative integer')]
      : [];
  });
}
