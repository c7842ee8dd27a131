import { type FieldError, invalidField, notSupported, required } from '../field-error.ts';
import type { Schema, ValidationRule } from '../schema/schema.ts';
import { checkExpression, type Checked } from './cel-check.ts';

/** The context that the validation of rules needs. */
export interface RuleContext {
  readonly field: string;
  readonly isRoot: boolean;
  /** The field of an enclosing list whose items cannot be correlated with the old object. */
  readonly uncorrelatable: string | undefined;
}

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const OLD_SELF = /\boldSelf\b/;
const FIELD_PATH = /^(\.[A-Za-z_][A-Za-z0-9_-]*|\['[^']+'\])+$/;

/** Validates the rules of a schema: their messages, and that their expressions compile against its types. */
export function validateRuleDefinitions(schema: Schema, place: RuleContext): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => {
    const field = `${place.field}.x-kubernetes-validations[${index}]`;
    if (rule.rule.trim() === '') return [required(`${field}.rule`, 'rule is not specified')];
    return [
      ...validateTexts(rule, field),
      ...validateFieldPath(rule, schema, field),
      ...validateExpressions(rule, schema, { ...place, field }),
    ];
  });
}

function validateTexts({ rule, message = '', reason, optionalOldSelf }: ValidationRule, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (message !== '' && message.trim() === '') {
    errors.push(invalidField(`${field}.message`, message, 'must be non-empty if specified'));
  } else if (message.trim().includes('\n')) {
    errors.push(invalidField(`${field}.message`, message, 'must not contain line breaks'));
  } else if (message === '' && rule.trim().includes('\n')) {
    errors.push(required(`${field}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${field}.reason`, reason, REASONS));
  if (optionalOldSelf !== undefined && !OLD_SELF.test(rule)) {
    const text = 'may not be set if oldSelf is not used in rule';
    errors.push(invalidField(`${field}.optionalOldSelf`, optionalOldSelf, text));
  }
  return errors;
}

function validateFieldPath({ fieldPath = '' }: ValidationRule, schema: Schema, field: string): FieldError[] {
  if (fieldPath === '' || leadsToField(fieldPath, schema)) return [];
  return [invalidField(`${field}.fieldPath`, fieldPath, 'must be a valid path')];
}

function leadsToField(path: string, schema: Schema): boolean {
  if (!FIELD_PATH.test(path)) return false;
  let current: Schema | undefined = schema;
  for (const [, dotted, quoted] of path.matchAll(/\.([^.[]+)|\['([^']+)'\]/g)) {
    const values: Schema['additionalProperties'] = current?.additionalProperties;
    current = current?.properties?.[dotted ?? quoted ?? ''] ?? (typeof values === 'object' ? values : undefined);
  }
  return current !== undefined;
}

function validateExpressions(rule: ValidationRule, schema: Schema, place: RuleContext): FieldError[] {
  const { field } = place;
  const scope = { schema, isResource: place.isRoot, isOldOptional: rule.optionalOldSelf === true };
  const checked = checkExpression(rule.rule, scope);
  if (checked === undefined) {
    const at = field.slice(0, field.lastIndexOf('['));
    return [{ type: 'InternalError', field: at, detail: 'unable to convert structural schema to CEL declarations' }];
  }
  const errors = typeErrors(checked, 'bool', 'cel expression must evaluate to a bool');
  if (errors.length === 0 && OLD_SELF.test(rule.rule) && place.uncorrelatable !== undefined) {
    errors.push(`oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`);
  }
  const message = rule.messageExpression === undefined ? undefined : checkExpression(rule.messageExpression, scope);
  const wrongMessage = typeErrors(message, 'string', 'messageExpression must evaluate to a string');
  return [
    ...errors.map((text) => invalidField(`${field}.rule`, shown(rule), text)),
    ...wrongMessage.map((text) => invalidField(`${field}.messageExpression`, shown(rule), text)),
  ];
}

function typeErrors(checked: Checked | undefined, wanted: string, otherwise: string): string[] {
  if (checked === undefined) return [];
  if ('error' in checked) return [`compilation failed: ERROR: <input>: ${checked.error}`];
  return checked.type === wanted || checked.type === 'dyn' ? [] : [otherwise];
}

/** A rule as Go prints the struct. */
function shown(rule: ValidationRule): object {
  return {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}
