import type { Environment } from '@marcbachmann/cel-js';
import { deepEqual } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { identifier } from './cel-value.ts';

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'google.protobuf.Timestamp',
  date: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  byte: 'bytes',
};
const SCALARS: Readonly<Record<string, string>> = { integer: 'int', number: 'double', boolean: 'bool' };
const TYPE_META = { apiVersion: 'string', kind: 'string' };
/** The metadata fields that rules can read. */
const METADATA = { name: 'string', generateName: 'string' };

/** Declares schemas in a CEL environment, each object type with its own name. */
export class CelTypes {
  readonly #environment: Environment;
  #count = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /**
   * The CEL type of a schema. Undefined if rules cannot read the value, because the schema does not specify its
   * content.
   */
  declare(schema: Schema, isResource = false): string | undefined {
    if (schema['x-kubernetes-int-or-string'] === true) return 'dyn';
    if (schema.type === 'array') return this.#collection('list<', schema.items);
    if (schema.type === 'string') return FORMATS[schema.format ?? ''] ?? 'string';
    if (schema.type !== 'object') return SCALARS[schema.type ?? ''];
    const values = schema.additionalProperties;
    if (values === undefined || values === false) {
      return this.#object(schema, isResource || schema['x-kubernetes-embedded-resource'] === true);
    }
    return values === true ? undefined : this.#collection('map<string, ', values);
  }

  #collection(prefix: string, items: Schema | undefined): string | undefined {
    const inner = items === undefined ? undefined : this.declare(items);
    return inner === undefined ? undefined : `${prefix}${inner}>`;
  }

  #object({ properties = {} }: Schema, isResource: boolean): string {
    const fields = Object.entries(properties).flatMap(([name, field]) => {
      const type = this.declare(field);
      return type === undefined ? [] : [[identifier(name), type] as const];
    });
    const implicit = isResource ? { ...TYPE_META, metadata: this.#register(METADATA) } : {};
    return this.#register({ ...Object.fromEntries(fields), ...implicit });
  }

  #register(schema: Record<string, string>): string {
    this.#count += 1;
    const name = `Object${this.#count}`;
    this.#environment.registerType(name, { schema });
    this.#environment.registerOperator(`${name} == ${name}`, deepEqual);
    return name;
  }
}
