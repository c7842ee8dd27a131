import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KubeObject } from '../../src/kubernetes/api.ts';
import { applyConfiguration, ownersAfterUpdate, type Write } from '../../src/kubernetes/apply/field-manager.ts';
import {
  difference,
  fromFieldsV1,
  intersection,
  isEmptySet,
  toFieldsV1,
} from '../../src/kubernetes/apply/field-set.ts';
import { compare, fieldsOf, merge } from '../../src/kubernetes/apply/typed.ts';
import { metaV1ObjectMeta } from '../../src/kubernetes/schema/built-in.gen.ts';
import { integer, listOf, object, string } from '../../src/kubernetes/schema/build.ts';
import type { Schema } from '../../src/kubernetes/schema/schema.ts';

const namedValue = object({ name: string, value: string });
const keyedByName = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] } as const;
const spec = object({
  size: integer,
  labels: { type: 'object', additionalProperties: string },
  atomic: listOf(string),
  set: { ...listOf(string), 'x-kubernetes-list-type': 'set' },
  items: { ...listOf(namedValue), ...keyedByName },
});
const schema: Schema = object({ apiVersion: string, kind: string, metadata: metaV1ObjectMeta, spec });

const word = fc.constantFrom('a', 'b', 'c');
const anySpec = fc.record(
  {
    size: fc.integer({ min: 0, max: 3 }),
    // Excludes empty maps and lists, which are owned as a whole.
    labels: fc.dictionary(word, word, { minKeys: 1 }),
    atomic: fc.array(word),
    set: fc.uniqueArray(word, { minLength: 1 }),
    items: fc.uniqueArray(fc.record({ name: word, value: word }), { minLength: 1, selector: ({ name }) => name }),
  },
  { requiredKeys: [] },
);

function anObject(content: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, spec: content };
}

function writeBy(manager: string): Write {
  const writer = { manager, operation: 'Apply', apiVersion: 'v1', subresource: '' } as const;
  return { schema, writer, time: '2026-01-01T00:00:00Z', hasStatus: false };
}

function applyBy(manager: string, live: KubeObject | undefined, content: object): KubeObject {
  return applyConfiguration(live, anObject(content), writeBy(manager), true);
}

describe('comparing and merging', () => {
  it('finds no difference between a value and its copy', () => {
    fc.assert(
      fc.property(anySpec, (value) => {
        const changes = Object.values(compare(value, structuredClone(value), spec));

        expect(changes.every(isEmptySet)).toBe(true);
      }),
    );
  });

  it('finds the same differences in both directions, with added and removed exchanged', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (a, b) => {
        const [there, back] = [compare(a, b, spec), compare(b, a, spec)];

        expect(toFieldsV1(there.added)).toEqual(toFieldsV1(back.removed));
        expect(toFieldsV1(there.modified)).toEqual(toFieldsV1(back.modified));
      }),
    );
  });

  it('gives the applier all applied fields', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (live, applied) => {
        const claimed = fieldsOf(applied, spec);
        const present = fieldsOf(merge(live, applied, spec), spec);

        expect(isEmptySet(difference(claimed, present))).toBe(true);
      }),
    );
  });
});

describe('field sets', () => {
  it('are encoded and decoded unchanged', () => {
    fc.assert(
      fc.property(anySpec, (value) => {
        const json = toFieldsV1(fieldsOf(value, spec));

        expect(toFieldsV1(fromFieldsV1(json))).toEqual(json);
      }),
    );
  });
});

describe('applying', () => {
  it('twice equals applying once', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (live, applied) => {
        const once = applyBy('me', applyBy('you', undefined, live), applied);

        expect(applyBy('me', once, applied)).toEqual(once);
      }),
    );
  });

  it('an empty configuration removes exactly the applied fields', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (theirs, mine) => {
        // The same applies to an empty spec.
        fc.pre(Object.keys(theirs).length > 0);
        // A scalar or atomic field that was taken by force has lost its old owner, so it does not come back.
        const { set, items = [], labels } = mine;
        const values = new Map((theirs.items ?? []).map((item) => [item.name, item.value]));
        const agreed = {
          ...(set && { set }),
          ...(labels && { labels: { ...labels, ...theirs.labels } }),
          ...(mine.items && { items: items.map((item) => ({ ...item, value: values.get(item.name) ?? item.value })) }),
        };
        const before = applyBy('you', undefined, theirs);
        const both = applyBy('me', before, agreed);
        const after = applyBy('me', both, {});

        expect(fieldsOf(after['spec'], spec)).toEqual(fieldsOf(before['spec'], spec));
      }),
    );
  });
});

describe('owners after an update', () => {
  it('never share a field with the writer who changed it', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (first, second) => {
        const before = applyBy('applier', undefined, first);
        const after = { ...anObject(second), metadata: before.metadata };
        const write = writeBy('editor');
        const managedFields = ownersAfterUpdate(before, after, {
          ...write,
          writer: { ...write.writer, operation: 'Update' },
        });
        const of = (manager: string) =>
          fromFieldsV1(managedFields.find((entry) => entry['manager'] === manager)?.['fieldsV1'] ?? {});

        expect(isEmptySet(intersection(of('applier'), of('editor')))).toBe(true);
      }),
    );
  });
});
