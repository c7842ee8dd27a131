import { describe, expect, it } from '@jest/globals';
import { CONFIG_HASH_ANNOTATION } from '../../../src/api/names.ts';
import type { Deployment } from '../../../src/api/objects.ts';
import { rolloutOf } from '../../../src/core/tunnel/rollout.ts';
import { aDeployment } from '../../support/builders.ts';

const WHOLE = { observedGeneration: 4, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const GAVE_UP = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' };

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
    { case: 'a pod is not available yet', status: { ...WHOLE, availableReplicas: 1 } },
    { case: 'fewer run than are wanted', status: { ...WHOLE, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } },
    { case: 'there is no status yet', status: {} },
  ])('goes on while $case', ({ status }) => {
    expect(rolloutOf(deployed(status), 'new', 2).kind).toBe('rolling');
  });

  it('goes on while the pods do not carry the hash of the rules', () => {
    expect(rolloutOf(deployed(WHOLE), 'newer', 2).kind).toBe('rolling');
  });

  it('has not begun without a Deployment', () => {
    expect(rolloutOf(undefined, 'new', 2)).toEqual({ kind: 'rolling', replicas: 0, ready: 0 });
  });

  it('is stuck when the Deployment has given up, and says why', () => {
    const status = { ...WHOLE, readyReplicas: 1, availableReplicas: 1, conditions: [GAVE_UP] };

    expect(rolloutOf(deployed(status), 'new', 2)).toEqual({ kind: 'stuck', replicas: 2, ready: 1, why: 'timed out' });
  });

  it('is not stuck by what the Deployment said of older rules', () => {
    const status = { ...WHOLE, availableReplicas: 1, conditions: [GAVE_UP] };

    expect(rolloutOf(deployed({ ...status, observedGeneration: 3 }), 'new', 2).kind).toBe('rolling');
  });

  it('is complete for all that was said before', () => {
    expect(rolloutOf(deployed({ ...WHOLE, conditions: [GAVE_UP] }), 'new', 2).kind).toBe('complete');
  });
});

function deployed(status: NonNullable<Deployment['status']>): Deployment {
  return aDeployment('shop/home-cloudflared', {
    generation: 4,
    podAnnotations: { [CONFIG_HASH_ANNOTATION]: 'new' },
    status,
  });
}
