/** A CEL rule of a schema. */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/**
 * The dialect of OpenAPI v3 that describes Kubernetes objects. Custom resources define it in their CRD; for built-in
 * kinds it is generated from the documents of Kubernetes. Merging, ownership and strict decoding use this form.
 */
export interface Schema {
  /** Parsed only to reject it, because structural schemas must not contain references. */
  readonly $ref?: string;
  readonly title?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
  /** Built-in kinds only: the key by which strategic merge patch matches list items. */
  readonly 'x-kubernetes-patch-merge-key'?: string;
  /** Built-in kinds only: whether strategic merge patch merges or replaces a list or an object. */
  readonly 'x-kubernetes-patch-strategy'?: string;
}

/** The schema of a field of an object, or undefined for an unknown field. */
export function fieldSchema(schema: Schema | undefined, field: string): Schema | undefined {
  const named = schema?.properties?.[field];
  if (named !== undefined) return named;
  const rest = schema?.additionalProperties;
  return typeof rest === 'object' ? rest : undefined;
}

/** Whether fields outside the schema are preserved. */
export function acceptsAnyField(schema: Schema): boolean {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return true;
  return schema.additionalProperties !== undefined && schema.additionalProperties !== false;
}
