import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import { applyObjects } from '../../../src/core/preview/apply.ts';
import { inNamespace, objectsIn } from '../../../src/core/preview/manifests.ts';

const NOW = '2026-06-01T00:00:00Z';
const WEB = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'web' } };

function live(fields: object, lastApplied?: object): KubeObject {
  const { metadata = {}, ...rest } = fields as { readonly metadata?: { readonly annotations?: object } };
  const last =
    lastApplied === undefined
      ? {}
      : { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(lastApplied) };
  const annotations = { ...metadata.annotations, ...last };
  return {
    ...WEB,
    ...rest,
    metadata: { ...WEB.metadata, uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z', annotations },
  };
}

function file(fields: { readonly metadata?: object; readonly spec?: object; readonly status?: object }): KubeObject {
  return { ...WEB, ...fields, metadata: { ...WEB.metadata, ...fields.metadata } };
}

function applied(before: KubeObject, after: KubeObject): KubeObject & { readonly spec?: unknown } {
  return applyObjects([before], [after], NOW)[0] ?? before;
}

describe('applyObjects', () => {
  it('leaves what no file names, and what only the cluster knows', () => {
    const other = { ...WEB, metadata: { namespace: 'shop', name: 'other' } };

    expect(applyObjects([other, live({})], [file({})], NOW)).toEqual([other, live({})]);
  });

  it('makes a new object the youngest', () => {
    expect(applyObjects([], [file({})], NOW)[0]?.metadata.creationTimestamp).toBe(NOW);
  });

  it('tells kinds of the same name in other groups apart', () => {
    const knative = { ...WEB, apiVersion: 'serving.knative.dev/v1' };

    expect(applyObjects([live({})], [knative], NOW)).toHaveLength(2);
  });

  it.each([
    ['adds', { a: '1' }, undefined, { b: '2' }, { a: '1', b: '2' }],
    ['changes', { a: '1' }, undefined, { a: '2' }, { a: '2' }],
    ['removes what it had set before', { a: '1', b: '2' }, { b: '2' }, {}, { a: '1' }],
    ['keeps what others have set', { a: '1' }, {}, {}, { a: '1' }],
  ])('%s annotations', (_, before, last, wanted, after) => {
    const lastApplied = last === undefined ? undefined : { metadata: { annotations: last } };

    const { annotations } = applied(
      live({ metadata: { annotations: before } }, lastApplied),
      file({ metadata: { annotations: wanted } }),
    ).metadata;

    const { 'kubectl.kubernetes.io/last-applied-configuration': __, ...rest } = annotations ?? {};
    expect(rest).toEqual(after);
  });

  it('merges maps, replaces lists, and removes what is null', () => {
    const before = live({ spec: { clusterIP: '10.0.0.1', ports: [{ port: 80 }], type: 'ClusterIP' } });

    expect(applied(before, file({ spec: { ports: [{ port: 81 }], type: null } })).spec).toEqual({
      clusterIP: '10.0.0.1',
      ports: [{ port: 81 }],
    });
  });

  it('takes nothing from a file that only the server sets', () => {
    const copied = file({ metadata: { uid: 'other', resourceVersion: '7', deletionTimestamp: NOW }, status: { a: 1 } });

    expect(applied(live({}), copied)).toEqual(live({}));
  });
});

describe('objectsIn', () => {
  it('unpacks lists, also those that leave the kind to the list', () => {
    const { metadata } = WEB;

    expect(objectsIn([{ apiVersion: 'v1', kind: 'List', items: [WEB] }])).toEqual([WEB]);
    expect(objectsIn([{ apiVersion: 'v1', kind: 'ServiceList', items: [{ metadata }] }])).toEqual([WEB]);
  });

  it.each([
    [[WEB, 'text'], 'document 2 is not an object'],
    [[{ kind: 'Service' }], 'document 1 has no apiVersion or no kind'],
    [[{ apiVersion: 'v1', kind: 'List', items: [1] }], 'document 1 (List): document 1 is not an object'],
    [[{ apiVersion: 'v1', kind: 'Service', metadata: {} }], 'document 1 (Service) has no metadata.name'],
  ])('says what is wrong with %j', (documents, problem) => {
    expect(objectsIn(documents)).toBe(problem);
  });
});

it('inNamespace completes only objects that have a namespace and name none', () => {
  const [namespace, bare] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    { ...WEB, metadata: { name: 'web' } },
  ];

  expect(inNamespace([namespace, bare, WEB], 'mine').map(({ metadata }) => metadata.namespace)).toEqual([
    undefined,
    'mine',
    'shop',
  ]);
});
