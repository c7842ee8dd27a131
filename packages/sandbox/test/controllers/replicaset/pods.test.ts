import { expect, it } from '@jest/globals';
import { inDeletionOrder } from '../../../src/kubernetes/controllers/replicaset/pods.ts';
import type { Pod } from '../../../src/kubernetes/controllers/workloads.ts';
import { aPod } from '../objects.ts';

function podIn(name: string, state: { bound?: boolean; running?: boolean; ready?: boolean }, second: number): Pod {
  const conditions = [{ type: 'Ready', status: state.ready === true ? 'True' : 'False' } as const];
  return {
    ...aPod(name, state.bound === true ? { nodeName: 'n' } : {}, { creationTimestamp: `2026-01-01T00:00:0${second}Z` }),
    status: { phase: state.running === true ? 'Running' : 'Pending', conditions },
  };
}

it('a ReplicaSet deletes the least useful Pods first, and among equal ones the youngest', () => {
  const pods = [
    podIn('ready-old', { bound: true, running: true, ready: true }, 1),
    podIn('ready-young', { bound: true, running: true, ready: true }, 5),
    podIn('unready', { bound: true, running: true }, 2),
    podIn('pending', { bound: true }, 3),
    podIn('unscheduled', {}, 4),
  ];

  const order = inDeletionOrder(pods).map(({ metadata }) => metadata.name);

  expect(order).toEqual(['unscheduled', 'pending', 'unready', 'ready-young', 'ready-old']);
});
