/** The values of the chart, their schema, and the version. */
import { expect, it } from '@jest/globals';
import { FLAGS } from '../../src/options.ts';
import { VERSION } from '../../src/version.ts';
import { type ValueSchema, chartYaml, valuesSchema } from '../support/chart.ts';

const SCHEMA = valuesSchema();
const VALUES = chartYaml('values.yaml') as Readonly<Record<string, unknown>>;

/** Every value by its path, with its schema. */
const DESCRIBED = new Map(valuesIn(SCHEMA, ''));

// Invariant 41.
it('the chart has the version of the operator, and installs it', () => {
  expect(chartYaml('Chart.yaml')).toMatchObject({ version: VERSION, appVersion: VERSION });
});

it('the schema describes each value, and ends the description as a sentence', () => {
  const silent = [...DESCRIBED].filter(([, { description = '' }]) => !/^[A-Z].*\.$/.test(description));

  expect(silent.map(([path]) => path)).toEqual([]);
  expect(DESCRIBED.size).toBeGreaterThan(100);
});

it('the schema rejects a value that it does not describe', () => {
  const open = [...DESCRIBED, ['', SCHEMA] as const].filter(
    ([, { properties, additionalProperties }]) => properties !== undefined && additionalProperties !== false,
  );

  expect(open.map(([path]) => path)).toEqual([]);
});

it('values.yaml shows each value of the schema with its default, and no other', () => {
  expect(pathsOf(VALUES, SCHEMA, '').toSorted()).toEqual([...DESCRIBED.keys()].toSorted());
});

it('each flag of the operator can be set', () => {
  const flags = Object.keys(SCHEMA.properties?.['flags']?.properties ?? {});

  expect(flags.toSorted()).toEqual(FLAGS.map(({ name }) => camelCase(name)).toSorted());
});

function valuesIn({ properties = {} }: ValueSchema, prefix: string): readonly (readonly [string, ValueSchema])[] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    [`${prefix}${name}`, schema] as const,
    ...valuesIn(schema, `${prefix}${name}.`),
  ]);
}

/** The paths down to where the schema leaves the content to the user. */
function pathsOf(values: object, schema: ValueSchema | undefined, prefix: string): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const inner = schema?.properties?.[name];
    const isGroup = inner?.properties !== undefined && typeof value === 'object' && value !== null;
    return [`${prefix}${name}`, ...(isGroup ? pathsOf(value as object, inner, `${prefix}${name}.`) : [])];
  });
}

function camelCase(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
