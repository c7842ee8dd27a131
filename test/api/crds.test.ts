/** What `kubectl explain` and `kubectl get` show for the CRDs. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';

const FOLDER = join(import.meta.dirname, '..', '..', 'crds');

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

interface Definition {
  readonly spec: {
    readonly versions: readonly {
      readonly schema: { readonly openAPIV3Schema: Schema };
      readonly additionalPrinterColumns: readonly { readonly name: string; readonly priority?: number }[];
    }[];
  };
}

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const { spec } = load(readFileSync(join(FOLDER, file), 'utf8')) as Definition;

  it('describes every field of spec and status', () => {
    const fields = spec.versions.flatMap(({ schema }) => {
      const { spec: asked, status } = schema.openAPIV3Schema.properties ?? {};
      return fieldsOf({ ...(asked && { spec: asked }), ...(status && { status }) });
    });

    expect(fields.length).toBeGreaterThan(20);
    expect(fields.filter(({ description }) => !/^[A-Za-z].{8,}\.$/s.test(description ?? ''))).toEqual([]);
  });
});

it('a Tunnel is listed with these columns', () => {
  const { spec } = load(readFileSync(join(FOLDER, 'tunnels.cftunnel.io.yaml'), 'utf8')) as Definition;
  const columns = spec.versions.at(-1)?.additionalPrinterColumns ?? [];

  expect(columns.filter(({ priority = 0 }) => priority === 0).map(({ name }) => name)).toEqual([
    'Tunnel',
    'Ready',
    'Replicas',
    'Ready replicas',
    'Routes',
    'Hostnames',
    'Age',
  ]);
});

interface Field {
  readonly path: string;
  readonly description: string | undefined;
}

function fieldsOf(properties: Readonly<Record<string, Schema>>, parent = ''): readonly Field[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${parent}.${name}`;
    return [{ path, description: schema.description }, ...within(schema, path)];
  });
}

function within({ properties = {}, items, additionalProperties }: Schema, path: string): readonly Field[] {
  const values = typeof additionalProperties === 'object' ? additionalProperties : {};
  return [
    ...fieldsOf(properties, path),
    ...(items ? within(items, path) : []),
    ...fieldsOf(values.properties ?? {}, path),
  ];
}
