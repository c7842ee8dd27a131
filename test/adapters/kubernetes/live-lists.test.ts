import { expect, it } from '@jest/globals';
import type { Pod } from '../../../src/api/objects.ts';
import { LiveLists } from '../../../src/adapters/kubernetes/live-lists.ts';
import type { KubernetesObjects } from '../../../src/adapters/kubernetes/objects.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';

const POD: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'home-1', namespace: 'shop' } };
const AWAY = new OperatorError('KubernetesUnavailable', 'retry', 'Cannot list pods: 503');
const { signal } = new AbortController();

it('a failing API server costs only the explanation', async () => {
  const lists = failingWith(AWAY);

  expect(await lists.pods('shop', 'app=home', signal)).toBeUndefined();
  expect(await lists.warnings(POD, signal)).toBeUndefined();
});

it.each([
  { case: 'a bug', error: new TypeError('x is undefined'), aborted: false },
  { case: 'the abort of the pass', error: AWAY, aborted: true },
])('$case is rethrown', async ({ error, aborted }) => {
  const stop = new AbortController();
  if (aborted) stop.abort();

  await expect(failingWith(error).pods('shop', 'app=home', stop.signal)).rejects.toBe(error);
});

function failingWith(error: Error): LiveLists {
  const list = async (): Promise<never> => {
    throw error;
  };
  return new LiveLists({ list } as Pick<KubernetesObjects, 'list'>);
}
