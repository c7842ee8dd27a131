/** The format of a configuration: a YAML file, or JSON from the remote API. */
export type ConfigForm = 'yaml' | 'json';

/** YAML 1.1 booleans, which the decoder still accepts for a boolean field. */
const OLD_BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((text) => [text, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((text) => [text, false] as const),
]);

/** Decodes values as Go's YAML and JSON decoders do. Null is the same as absent: undefined. */
export class GoDecoder {
  readonly form: ConfigForm;

  constructor(form: ConfigForm) {
    this.form = form;
  }

  /** Fields by name. JSON ignores the case of keys, YAML does not. */
  object(value: unknown, goType: string): (field: string) => unknown {
    if (value === undefined || value === null) return () => undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw this.mismatch(value, goType);
    const fields: Readonly<Record<string, unknown>> = { ...value };
    if (this.form === 'yaml') return (field) => fields[field];
    const byLowerCase = new Map(Object.entries(fields).map(([key, field]) => [key.toLowerCase(), field]));
    return (field) => byLowerCase.get(field.toLowerCase());
  }

  list(value: unknown, goType: string): readonly unknown[] | undefined {
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw this.mismatch(value, goType);
    return value;
  }

  /** YAML accepts any scalar as text. */
  text(value: unknown): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    const isScalar = typeof value === 'number' || typeof value === 'boolean';
    if (this.form === 'json' || !isScalar) throw this.mismatch(value, 'string');
    return String(value);
  }

  boolean(value: unknown): boolean | undefined {
    if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
    const old = this.form === 'yaml' && typeof value === 'string' ? OLD_BOOLEANS.get(value) : undefined;
    if (old === undefined) throw this.mismatch(value, 'bool');
    return old;
  }

  /** YAML truncates fractions. */
  integer(value: unknown, goType: 'int' | 'uint'): number | undefined {
    if (value === undefined || value === null) return undefined;
    const isAccepted = typeof value === 'number' && (this.form === 'yaml' || Number.isInteger(value));
    if (!isAccepted || (goType === 'uint' && value < 0)) throw this.mismatch(value, goType);
    return Math.trunc(value);
  }

  mismatch(value: unknown, goType: string): Error {
    const shown = typeof value === 'object' ? '' : ` \`${value as string | number | boolean}\``;
    return new Error(
      this.form === 'yaml'
        ? `yaml: unmarshal errors: cannot unmarshal ${yamlTag(value)}${shown} into ${goType}`
        : `json: cannot unmarshal ${jsonType(value)} into Go value of type ${goType}`,
    );
  }
}

function yamlTag(value: unknown): string {
  if (Array.isArray(value)) return '!!seq';
  if (typeof value === 'object') return '!!map';
  if (typeof value === 'number') return Number.isInteger(value) ? '!!int' : '!!float';
  return typeof value === 'boolean' ? '!!bool' : '!!str';
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return `number ${value}`;
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
