import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../../../src/api/objects.ts';
import { podsToTell } from '../../../src/core/tunnel/proxy-pods.ts';

const PROXY = [{ name: 'proxy', restartPolicy: 'Always' }];

function aPod(name: string, told?: string): Pod {
  const annotations = told === undefined ? {} : { 'cftunnel.io/proxy-config': told };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations }, spec: { initContainers: PROXY } };
}

const PODS: readonly Pod[] = [
  aPod('untold'),
  aPod('told-before', 'old'),
  aPod('told', 'new'),
  { ...aPod('without-proxy'), spec: { initContainers: [{ name: 'setup' }] } },
  { ...aPod('without-init-containers'), spec: {} },
  { ...aPod('stopping', 'old'), metadata: { name: 'stopping', deletionTimestamp: '2026-01-01T00:00:00Z' } },
];

describe('the pods whose kubelet is told of a configuration', () => {
  it.each([
    { case: 'was just written', isNew: true, names: ['untold', 'told-before'] },
    { case: 'was written before the operator started', isNew: false, names: ['told-before'] },
  ])('when it $case are $names', ({ isNew, names }) => {
    expect(podsToTell(PODS, 'new', isNew).map(({ metadata }) => metadata.name)).toEqual(names);
  });
});
