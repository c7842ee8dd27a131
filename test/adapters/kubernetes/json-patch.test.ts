import { expect, it } from '@jest/globals';
import { patchManifest } from '../../../src/adapters/kubernetes/json-patch.ts';

const manifest = () => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'home-cloudflared' },
  spec: { replicas: 2, containers: [{ name: 'cloudflared' }] },
});

it('applies each operation in turn', () => {
  const patched = patchManifest(manifest(), [
    { op: 'test', path: '/spec/replicas', value: 2 },
    { op: 'replace', path: '/spec/replicas', value: 3 },
    { op: 'add', path: '/spec/containers/-', value: { name: 'sidecar' } },
    { op: 'add', path: '/metadata/labels', value: {} },
    { op: 'add', path: '/metadata/labels/example.com~1team', value: 'a' },
    { op: 'copy', from: '/spec/containers/0', path: '/spec/containers/-' },
    { op: 'move', from: '/spec/replicas', path: '/spec/copies' },
    { op: 'remove', path: '/spec/containers/0' },
  ]);

  expect(patched).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'home-cloudflared', labels: { 'example.com/team': 'a' } },
    spec: { copies: 3, containers: [{ name: 'sidecar' }, { name: 'cloudflared' }] },
  });
});

it('does not change its argument', () => {
  const original = manifest();

  patchManifest(original, [{ op: 'replace', path: '/spec/replicas', value: 3 }]);

  expect(original).toEqual(manifest());
});

it('applies none if one cannot be applied', () => {
  const original = manifest();
  const patches = [
    { op: 'replace', path: '/spec/replicas', value: 3 },
    { op: 'remove', path: '/spec/nonsense' },
  ];

  expect(() => patchManifest(original, patches)).toThrow('patches[1]');
  expect(original).toEqual(manifest());
});

it.each([
  { case: 'a missing path', patch: { op: 'remove', path: '/spec/nonsense' } },
  { case: 'an index beyond the end', patch: { op: 'replace', path: '/spec/containers/7/name', value: 'x' } },
  { case: 'a test that fails', patch: { op: 'test', path: '/spec/replicas', value: 9 } },
  { case: 'an operation that does not exist', patch: { op: 'increment', path: '/spec/replicas' } },
  { case: 'a copy from nowhere', patch: { op: 'copy', path: '/spec/copies', from: '/spec/nonsense' } },
  { case: 'a move without its origin', patch: { op: 'move', path: '/spec/copies' } },
])('names the invalid entry: $case', ({ patch }) => {
  const patches = [{ op: 'test', path: '/spec/replicas', value: 2 }, patch];

  expect(() => patchManifest(manifest(), patches)).toThrow(
    expect.objectContaining({
      name: 'OperatorError',
      reason: 'PatchInvalid',
      disposition: 'stall',
      message: expect.stringContaining(`cloudflared.patches[1] (${patch.op} ${patch.path})`),
    }),
  );
});
