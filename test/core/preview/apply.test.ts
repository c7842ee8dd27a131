import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KubeObject, Metadata } from '../../../src/api/objects.ts';
import { applyObjects, identityOf } from '../../../src/core/preview/apply.ts';

const NOW = '2026-06-01T00:00:00Z';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const WEB = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'web' } };
const SERVER = { uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };

interface Fields {
  readonly metadata?: Partial<Metadata>;
  readonly spec?: unknown;
  readonly status?: unknown;
}

function file({ metadata, ...fields }: Fields = {}): KubeObject {
  return { ...WEB, ...fields, metadata: { ...WEB.metadata, ...metadata } };
}

function live({ metadata, ...fields }: Fields = {}): KubeObject {
  return file({ ...fields, metadata: { ...SERVER, ...metadata } });
}

/** What `kubectl apply` of the first file and then of the second one leaves. */
function applied(before: KubeObject, after: KubeObject, lastApplied?: object): KubeObject | undefined {
  const annotations = lastApplied === undefined ? {} : { [LAST_APPLIED]: JSON.stringify(lastApplied) };
  const { metadata } = before;
  const merged = { ...metadata, annotations: { ...metadata.annotations, ...annotations } };
  return applyObjects([lastApplied === undefined ? before : { ...before, metadata: merged }], [after], NOW)[0];
}

describe('applyObjects', () => {
  it('leaves what no file names, and what only the cluster knows', () => {
    const other = { ...WEB, metadata: { namespace: 'shop', name: 'other' } };

    expect(applyObjects([other, live({ status: {} })], [file()], NOW)).toStrictEqual([other, live({ status: {} })]);
  });

  it('makes a new object the youngest, without what only the server sets', () => {
    const asked = { labels: { a: 'b' }, annotations: { c: 'd' }, finalizers: ['e'] };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } };
    const copied = live({ metadata: { ...asked, generation: 7, deletionTimestamp: NOW }, spec: { a: 1 }, status: {} });

    expect(applyObjects([], [copied, node], NOW)).toStrictEqual([
      file({ metadata: { ...asked, creationTimestamp: NOW }, spec: { a: 1 } }),
      { ...node, metadata: { name: 'n1', creationTimestamp: NOW } },
    ]);
  });

  it('takes nothing from a file for an existing object that only the server sets', () => {
    const copied = file({ metadata: { uid: 'other', generation: 7, deletionTimestamp: NOW }, status: { a: 1 } });

    expect(applied(live(), copied)).toStrictEqual(live());
  });

  it.each([
    ['adds', { a: '1' }, undefined, { b: '2' }, { a: '1', b: '2' }],
    ['changes', { a: '1' }, undefined, { a: '2' }, { a: '2' }],
    ['removes what it had set before', { a: '1', b: '2' }, { b: '2' }, {}, { a: '1' }],
    ['keeps what others have set', { a: '1' }, {}, {}, { a: '1' }],
    ['keeps what is set again', { a: '1', b: '2' }, { a: '1' }, { a: '1' }, { a: '1', b: '2' }],
  ])('%s labels', (_, before, last, wanted, after) => {
    const lastApplied = last === undefined ? undefined : { metadata: { labels: last } };
    const found = applied(live({ metadata: { labels: before } }), file({ metadata: { labels: wanted } }), lastApplied);

    expect(found?.metadata.labels).toStrictEqual(after);
  });

  it.each([
    {
      name: 'merges maps, replaces lists, and removes what is null',
      before: { clusterIP: '10.0.0.1', ports: [{ port: 80 }], type: 'ClusterIP', selector: { a: 'b' } },
      wanted: { ports: [{ port: 81 }], type: null, selector: { c: 'd' } },
      after: { clusterIP: '10.0.0.1', selector: { a: 'b', c: 'd' }, ports: [{ port: 81 }] },
    },
    { name: 'replaces a map by a text', before: { a: { b: 1 } }, wanted: { a: 'c' }, after: { a: 'c' } },
    { name: 'replaces a text by a map', before: { a: 'c' }, wanted: { a: { b: 1 } }, after: { a: { b: 1 } } },
    { name: 'takes a map that is new', before: {}, wanted: { a: { b: 1 } }, after: { a: { b: 1 } } },
  ])('$name', ({ before, wanted, after }) => {
    expect(applied(live({ spec: before }), file({ spec: wanted }))).toStrictEqual(live({ spec: after }));
  });

  it('changes nothing the second time', () => {
    const anyValue = fc.oneof(fc.string(), fc.constant(null));
    const anySpec = fc.dictionary(fc.string(), fc.oneof(anyValue, fc.dictionary(fc.string(), anyValue)));

    fc.assert(
      fc.property(fc.option(anySpec), anySpec, (before, wanted) => {
        const once = applyObjects(before === null ? [] : [live({ spec: before })], [file({ spec: wanted })], NOW);

        expect(applyObjects(once, [file({ spec: wanted })], NOW)).toEqual(once);
      }),
    );
  });

  it('leaves out what is null in what is new', () => {
    const asked = file({ spec: { type: null, selector: { a: 'b', c: null } } });

    expect(applied(live({ spec: {} }), asked)).toStrictEqual(live({ spec: { selector: { a: 'b' } } }));
    expect(applyObjects([], [asked], NOW)).toStrictEqual([
      file({ metadata: { creationTimestamp: NOW }, spec: { selector: { a: 'b' } } }),
    ]);
  });
});

it.each([
  { object: WEB, identity: '/Service/shop/web' },
  { object: { ...WEB, apiVersion: 'serving.knative.dev/v1' }, identity: 'serving.knative.dev/Service/shop/web' },
  { object: { ...WEB, apiVersion: 'serving.knative.dev/v2' }, identity: 'serving.knative.dev/Service/shop/web' },
  { object: { ...WEB, metadata: { name: 'web' } }, identity: '/Service//web' },
])('an object is the same in every version of its kind: $identity', ({ object, identity }) => {
  expect(identityOf(object)).toBe(identity);
});
