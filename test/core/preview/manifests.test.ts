import { describe, expect, it } from '@jest/globals';
import { inNamespace, objectsIn } from '../../../src/core/preview/manifests.ts';

const WEB = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'web' } };

function withMetadata(metadata: object) {
  return { ...WEB, metadata: { name: 'web', ...metadata } };
}

describe('objectsIn', () => {
  const { metadata } = WEB;
  const list = { apiVersion: 'v1', kind: 'NodeList', metadata };

  it.each([
    { name: 'objects', documents: [WEB, WEB], objects: [WEB, WEB] },
    { name: 'those of a list', documents: [{ apiVersion: 'v1', kind: 'List', items: [WEB] }], objects: [WEB] },
    {
      name: 'those of a list that tells their kind',
      documents: [{ apiVersion: 'v1', kind: 'ServiceList', items: [{ metadata }] }],
      objects: [WEB],
    },
    {
      name: 'those of another kind than their list tells',
      documents: [{ apiVersion: 'v1', kind: 'PodList', items: [WEB] }],
      objects: [WEB],
    },
    { name: 'an object that is called like a list', documents: [list], objects: [list] },
    { name: 'an object with items', documents: [{ ...WEB, items: [] }], objects: [{ ...WEB, items: [] }] },
    {
      name: 'texts as metadata',
      documents: [withMetadata({ labels: { a: 'b' }, annotations: { c: '80' } })],
      objects: [withMetadata({ labels: { a: 'b' }, annotations: { c: '80' } })],
    },
  ])('finds $name', ({ documents, objects }) => {
    expect(objectsIn(documents)).toStrictEqual(objects);
  });

  it.each([
    [[WEB, 'text'], 'document 2 is not an object'],
    [[{ kind: 'Service' }], 'document 1 has no apiVersion or no kind'],
    [[{ apiVersion: 'v1' }], 'document 1 has no apiVersion or no kind'],
    [[{ apiVersion: 'v1', kind: 'List', items: [1] }], 'document 1 (List): document 1 is not an object'],
    [[{ apiVersion: 'v1', kind: 'Service', metadata: {} }], 'document 1 (Service) has no metadata.name'],
    [[{ apiVersion: 'v1', kind: 'Service' }], 'document 1 (Service) has no metadata.name'],
    [
      [withMetadata({ annotations: { a: 'b', port: 80 } })],
      'document 1 (Service web) has a value of metadata.annotations that is not a text: put that of port into quotes',
    ],
    [
      [withMetadata({ labels: { on: true } })],
      'document 1 (Service web) has a value of metadata.labels that is not a text: put that of on into quotes',
    ],
    [
      [withMetadata({ namespace: 7 })],
      'document 1 (Service web) has a namespace that is not a text: put it into quotes',
    ],
  ])('says what is wrong with %j', (documents, problem) => {
    expect(objectsIn(documents)).toBe(problem);
  });
});

it('inNamespace completes only objects that have a namespace and name none', () => {
  const scopeless = ['Namespace', 'IngressClass', 'GatewayClass'].map((kind) => ({ ...withMetadata({}), kind }));

  expect(inNamespace([...scopeless, withMetadata({}), WEB], 'mine')).toStrictEqual([
    ...scopeless,
    withMetadata({ namespace: 'mine' }),
    WEB,
  ]);
});
