import { describe, expect, it } from '@jest/globals';
import { CONFIG_HASH_ANNOTATION } from '../../../src/api/names.ts';
import type { Deployment } from '../../../src/api/objects.ts';
import { areConnectorsComplete, rolloutOf, rolloutState } from '../../../src/core/tunnel/rollout.ts';
import { aDeployment } from '../../support/builders.ts';

type Status = NonNullable<Deployment['status']>;

const WHOLE = { observedGeneration: 4, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const ONE_DOWN = { ...WHOLE, readyReplicas: 1, availableReplicas: 1 };
const GAVE_UP = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' };
const DONE = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: 'done' };
const REFUSED = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' };

it('connectors are complete if all are connected, whatever rules they run', () => {
  expect([deployed(WHOLE), deployed(ONE_DOWN), undefined].map((one) => areConnectorsComplete(one, 2))).toStrictEqual([
    true,
    false,
    false,
  ]);
  expect(areConnectorsComplete(undefined, 0)).toBe(true);
});

describe('rolloutOf', () => {
  it('is complete when every wanted connector runs the rules and is available', () => {
    expect(rolloutOf(deployed(WHOLE), 'new', 2)).toEqual({ kind: 'complete', replicas: 2, ready: 2 });
  });

  it('is complete at zero connectors, if zero are wanted', () => {
    expect(rolloutOf(deployed({ observedGeneration: 4 }), 'new', 0)).toEqual({
      kind: 'complete',
      replicas: 0,
      ready: 0,
    });
  });

  it.each([
    { case: 'the status is of an older generation', status: { ...WHOLE, observedGeneration: 3 } },
    { case: 'an old pod is still there', status: { ...WHOLE, replicas: 3 } },
    { case: 'a pod runs older rules', status: { ...WHOLE, updatedReplicas: 1 } },
    { case: 'no pod is ready yet', status: { ...WHOLE, readyReplicas: 0, availableReplicas: 0 } },
    { case: 'there is no status yet', status: {} },
  ])('is rolling while $case', ({ status }) => {
    expect(rolloutOf(deployed(status), 'new', 2).kind).toBe('rolling');
  });

  it.each([
    { case: 'a pod is not available yet', status: { ...WHOLE, availableReplicas: 1 } },
    { case: 'a pod is not ready', status: ONE_DOWN },
    { case: 'fewer run than are wanted', status: { ...ONE_DOWN, replicas: 1, updatedReplicas: 1 } },
  ])('is partial while $case, and all that are connected run the rules', ({ status }) => {
    expect(rolloutOf(deployed(status), 'new', 2).kind).toBe('partial');
  });

  it('is rolling while the pods do not have the hash of the rules', () => {
    expect(rolloutOf(deployed(WHOLE), 'newer', 2).kind).toBe('rolling');
  });

  it('is rolling without a Deployment', () => {
    expect(rolloutOf(undefined, 'new', 2)).toEqual({ kind: 'rolling', replicas: 0, ready: 0 });
  });

  it.each([
    { case: 'given up', condition: GAVE_UP, said: { gaveUp: 'timed out' } },
    { case: 'been complete before', condition: DONE, said: { wasComplete: true } },
    { case: 'been refused pods', condition: REFUSED, said: { refusal: 'exceeded quota' } },
    { case: 'no refused pods any more', condition: { ...REFUSED, status: 'False' }, said: {} },
    { case: 'been paused', condition: { ...GAVE_UP, reason: 'DeploymentPaused' }, said: {} },
  ])('reports that the Deployment has $case', ({ condition, said }) => {
    const available = { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' };
    const status = { ...ONE_DOWN, conditions: [available, condition] };

    expect(rolloutOf(deployed(status), 'new', 2)).toStrictEqual({ kind: 'partial', replicas: 2, ready: 1, ...said });
  });

  it('does not repeat what the Deployment has reported for older rules, or before it was complete', () => {
    const conditions = [GAVE_UP, REFUSED];

    expect(rolloutOf(deployed({ ...ONE_DOWN, observedGeneration: 3, conditions }), 'new', 2)).toEqual({
      kind: 'rolling',
      replicas: 2,
      ready: 1,
    });
    expect(rolloutOf(deployed({ ...WHOLE, conditions }), 'new', 2)).toEqual({
      kind: 'complete',
      replicas: 2,
      ready: 2,
    });
  });
});

describe('the state of a rollout', () => {
  it.each<{ case: string; status: Status; hash?: string }>([
    { case: 'a pod becomes ready', status: WHOLE },
    { case: 'another configuration is wanted', status: ONE_DOWN, hash: 'newer' },
    { case: 'the Deployment is edited', status: { ...ONE_DOWN, observedGeneration: 3 } },
  ])('changes when $case', ({ status, hash = 'new' }) => {
    expect(rolloutState(deployed(status), hash)).not.toBe(rolloutState(deployed(ONE_DOWN), 'new'));
  });

  it('is the same if only times and messages change', () => {
    expect(rolloutState(deployed({ ...ONE_DOWN, conditions: [GAVE_UP] }), 'new')).toBe(
      rolloutState(deployed(ONE_DOWN), 'new'),
    );
  });
});

function deployed(status: Status): Deployment {
  return aDeployment('shop/home-cloudflared', {
    generation: 4,
    podAnnotations: { [CONFIG_HASH_ANNOTATION]: 'new' },
    status,
  });
}
