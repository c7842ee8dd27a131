import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deploymentFor } from '../../../src/core/manifests/deployment.ts';
import { differencesText, holds } from '../../../src/core/manifests/drift.ts';
import { aTunnel } from '../../support/builders.ts';

describe('what the API server or others have added', () => {
  it.each([
    { case: 'a field', observed: { a: 1, b: 2 }, wanted: { a: 1 } },
    { case: 'a nested field', observed: { a: { b: 1, c: 2 } }, wanted: { a: { b: 1 } } },
    {
      case: 'a default in a named item',
      observed: [{ name: 'x', value: '1', mode: 420 }],
      wanted: [{ name: 'x', value: '1' }],
    },
    { case: 'an additional named item', observed: [{ name: 'sidecar' }, { name: 'x' }], wanted: [{ name: 'x' }] },
    {
      case: 'an additional mount',
      observed: [{ mountPath: '/a' }, { mountPath: '/b' }],
      wanted: [{ mountPath: '/b' }],
    },
    {
      case: 'a volume that is mounted twice',
      observed: [
        { name: 'v', mountPath: '/b' },
        { name: 'v', mountPath: '/a' },
      ],
      wanted: [
        { name: 'v', mountPath: '/a' },
        { name: 'v', mountPath: '/b' },
      ],
    },
    { case: 'a named item among plain ones', observed: [null, 'y', { name: 'x' }], wanted: [{ name: 'x' }] },
    { case: 'an additional owner', observed: [{ uid: '1' }, { uid: '2' }], wanted: [{ uid: '2' }] },
  ])('is not drift: $case', ({ observed, wanted }) => {
    expect(holds(observed, wanted)).toBe(true);
  });

  it.each([
    { case: 'an empty list', observed: {}, wanted: { tolerations: [] } },
    { case: 'an empty map', observed: {}, wanted: { nodeSelector: {} } },
    { case: 'an empty value', observed: { name: 'X' }, wanted: { name: 'X', value: '' } },
    { case: 'an undefined field', observed: {}, wanted: { a: undefined } },
  ])('is not expected where the API server omits it: $case', ({ observed, wanted }) => {
    expect(holds(observed, wanted)).toBe(true);
  });
});

describe('what is missing or different', () => {
  it.each([
    { case: 'a field', observed: {}, wanted: { a: 1 } },
    { case: 'a value', observed: { a: 1 }, wanted: { a: 2 } },
    { case: 'a type', observed: { a: true }, wanted: { a: 'true' } },
    { case: 'an object that is a list', observed: { a: [] }, wanted: { a: { b: 1 } } },
    { case: 'a list that is an object', observed: { a: {} }, wanted: { a: [1] } },
    { case: 'everything', observed: undefined, wanted: { a: 1 } },
    { case: 'a named item', observed: [{ name: 'y' }], wanted: [{ name: 'x' }] },
    { case: 'a field of a named item', observed: [{ name: 'x', value: '2' }], wanted: [{ name: 'x', value: '1' }] },
    { case: 'the order of plain items', observed: ['b', 'a'], wanted: ['a', 'b'] },
    { case: 'an object instead of a number', observed: { a: { b: 1 } }, wanted: { a: 5 } },
    {
      case: 'the order of items, one of which has no name',
      observed: [{ port: 1 }, { name: 'x' }],
      wanted: [{ name: 'x' }, { port: 1 }],
    },
    { case: 'a field of an object that is null', observed: null, wanted: { a: 1 } },
    { case: 'a missing field that should be null', observed: {}, wanted: { a: null } },
    { case: 'an item of a list that should be empty', observed: ['a'], wanted: [] },
    { case: 'a missing item without a name', observed: [{ name: 'x' }], wanted: [{ name: 'x' }, { port: 1 }] },
    { case: 'a named item instead of a plain one', observed: [{ name: 'x' }], wanted: ['x'] },
    { case: 'an additional plain item', observed: ['a', 'b'], wanted: ['a'] },
    { case: 'an additional item without a name', observed: [{ port: 1 }, { port: 2 }], wanted: [{ port: 1 }] },
  ])('is drift: $case', ({ observed, wanted }) => {
    expect(holds(observed, wanted)).toBe(false);
  });
});

describe('a quantity', () => {
  it.each([
    { observed: '1', wanted: '1000m' },
    { observed: '1', wanted: 1 },
    { observed: '1536Mi', wanted: '1.5Gi' },
    { observed: '64Mi', wanted: '65536Ki' },
    { observed: '1k', wanted: '1000' },
    { observed: '500m', wanted: '0.5' },
    { observed: '0', wanted: 0 },
    { observed: 'one', wanted: 'one' },
  ])('is equal in any notation: $observed for $wanted', ({ observed, wanted }) => {
    expect(holds({ resources: { limits: { cpu: observed } } }, { resources: { limits: { cpu: wanted } } })).toBe(true);
  });

  it.each([
    { observed: '1', wanted: '1001m' },
    { observed: '1Mi', wanted: '1M' },
    { observed: '1', wanted: 'one' },
    { observed: 'one', wanted: '1' },
    { observed: 'one', wanted: 'two' },
    { observed: '1', wanted: 'x1' },
    { observed: '1', wanted: true },
    { observed: '1Q', wanted: '1' },
  ])('differs for another value: $observed for $wanted', ({ observed, wanted }) => {
    expect(holds({ resources: { limits: { cpu: observed } } }, { resources: { limits: { cpu: wanted } } })).toBe(false);
  });

  it('is equal in thousandths, which the API server prefers, and as a fraction', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4000 }), (millis) => {
        expect(holds({ limits: { cpu: `${millis}m` } }, { limits: { cpu: String(millis / 1000) } })).toBe(true);
      }),
    );
  });

  it('is not recognized in other fields, where 1k and 1000 differ', () => {
    expect(holds({ env: [{ name: 'LIMIT', value: '1000' }] }, { env: [{ name: 'LIMIT', value: '1k' }] })).toBe(false);
  });
});

describe('differencesText', () => {
  it('lists a missing field, and a quantity outside of resources', () => {
    expect(differencesText({}, { a: 1 })).toBe('[["/a",null]]');
    expect(differencesText({ limits: { cpu: { a: '1000m' } } }, { limits: { cpu: { a: '1' } } })).not.toBe('[]');
  });

  const wanted = { spec: { replicas: 2, containers: [{ name: 'a', image: 'a:1' }], args: ['x'] } };
  const rewritten = { spec: { replicas: 2, containers: [{ name: 'a', image: 'mirror/a:1' }], args: ['x', 'y'] } };

  it('lists each path with its observed value', () => {
    expect(JSON.parse(differencesText(rewritten, wanted))).toEqual([
      ['/spec/containers/0/image', 'mirror/a:1'],
      ['/spec/args', ['x', 'y']],
    ]);
  });

  it('ignores additional fields', () => {
    const more = { ...rewritten, status: { replicas: 1 }, spec: { ...rewritten.spec, paused: false } };

    expect(differencesText(more, wanted)).toBe(differencesText(rewritten, wanted));
  });

  it('distinguishes a missing field from another value', () => {
    expect(differencesText({ spec: {} }, { spec: { replicas: 1 } })).not.toBe(
      differencesText({ spec: { replicas: 3 } }, { spec: { replicas: 1 } }),
    );
  });
});

describe('holds', () => {
  it('is true for a manifest and itself', () => {
    const manifest = deploymentFor(aTunnel('shop/home'), { config: 'config-1', credentials: 'credentials-1' });

    expect(holds(structuredClone(manifest), manifest)).toBe(true);
  });

  it('is true for any value and itself', () => {
    fc.assert(
      fc.property(anyManifest(), (manifest) => {
        expect(holds(structuredClone(manifest), manifest)).toBe(true);
      }),
    );
  });

  it('stays true when fields are added', () => {
    fc.assert(
      fc.property(anyManifest(), (manifest) => {
        expect(holds(withMoreFields(manifest), manifest)).toBe(true);
      }),
    );
  });

  it('is false once any leaf of the manifest has changed', () => {
    fc.assert(
      fc.property(anyManifest(), fc.nat(), (manifest, pick) => {
        const paths = leafPaths(manifest);
        fc.pre(paths.length > 0);
        const wanted = withLeafChanged(manifest, paths[pick % paths.length] ?? []);
        expect(holds(manifest, wanted)).toBe(false);
      }),
    );
  });
});

type Path = readonly string[];

/** Objects with nested fields, plain lists and lists of named items; no texts that could be quantities. */
function anyManifest(): fc.Arbitrary<unknown> {
  const word = fc.constantFrom('red', 'green', 'blue');
  const leaf = fc.oneof(word, fc.boolean(), fc.nat({ max: 9 }));
  return fc.letrec<{ fields: Record<string, unknown>; value: unknown }>((tie) => ({
    fields: fc.dictionary(word, tie('value'), { minKeys: 1, noNullPrototype: true }),
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(leaf, { minLength: 1, maxLength: 3 }),
      tie('fields'),
      fc.uniqueArray(word, { minLength: 1 }).chain((names) => namedItems(names, tie('fields'))),
    ),
  })).fields;
}

function namedItems(names: readonly string[], fields: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<unknown> {
  return fc.tuple(...names.map((name) => fields.map((own) => ({ ...own, name }))));
}

function withMoreFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMoreFields);
  if (!isObject(value)) return value;
  const known = Object.entries(value).map(([key, field]) => [key, withMoreFields(field)]);
  return { added: 'by the server', ...Object.fromEntries(known) };
}

function leafPaths(value: unknown): readonly Path[] {
  if (!isObject(value)) return [[]];
  return Object.entries(value).flatMap(([key, field]) => leafPaths(field).map((path) => [key, ...path]));
}

function withLeafChanged(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined || !isObject(value)) return 'another';
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === step ? withLeafChanged(item, rest) : item));
  return { ...value, [step]: withLeafChanged(value[step], rest) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
