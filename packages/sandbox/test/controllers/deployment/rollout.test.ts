import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IntOrPercent } from '../../../src/kubernetes/controllers/int-or-percent.ts';
import { availableIn, rolloutLimits, sizeOf, sum } from '../../../src/kubernetes/controllers/deployment/limits.ts';
import type { Revisions } from '../../../src/kubernetes/controllers/deployment/revisions.ts';
import { planRollout } from '../../../src/kubernetes/controllers/deployment/rollout.ts';
import type { RolloutStep } from '../../../src/kubernetes/controllers/deployment/step.ts';
import type { Deployment, DeploymentSpec, ReplicaSet } from '../../../src/kubernetes/controllers/workloads.ts';
import { aDeployment } from '../objects.ts';

const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAX = 'deployment.kubernetes.io/max-replicas';

interface Sized {
  readonly size: number;
  readonly available?: number;
  readonly desired?: number;
  readonly max?: number;
}

function aReplicaSet(name: string, { size, available = size, desired = 4, max = 5 }: Sized): ReplicaSet {
  const { selector, template } = aDeployment('web').spec;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'default', annotations: { [DESIRED]: String(desired), [MAX]: String(max) } },
    spec: { replicas: size, selector, template },
    status: { replicas: size, availableReplicas: available },
  };
}

function rolling(maxSurge: IntOrPercent, maxUnavailable: IntOrPercent, more: Partial<DeploymentSpec> = {}): Deployment {
  return aDeployment('web', {
    replicas: 4,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
    ...more,
  });
}

function state(current: Sized | undefined, ...old: readonly Sized[]): Revisions {
  return {
    current: current && aReplicaSet('new', current),
    old: old.map((sized, i) => aReplicaSet(`old-${i + 1}`, sized)),
  };
}

function brief(step: RolloutStep): string {
  return step.kind === 'create'
    ? `create with ${step.replicas}`
    : `${step.replicaSet.metadata.name} to ${step.replicas}`;
}

describe('the limits of a rollout', () => {
  it.each([
    { replicas: 4, maxSurge: '25%', maxUnavailable: '25%', limits: { maxSurge: 1, maxUnavailable: 1 } },
    { replicas: 3, maxSurge: '25%', maxUnavailable: '25%', limits: { maxSurge: 1, maxUnavailable: 0 } },
    { replicas: 10, maxSurge: '15%', maxUnavailable: '15%', limits: { maxSurge: 2, maxUnavailable: 1 } },
    { replicas: 2, maxSurge: 0, maxUnavailable: 5, limits: { maxSurge: 0, maxUnavailable: 2 } },
    { replicas: 3, maxSurge: 0, maxUnavailable: '10%', limits: { maxSurge: 0, maxUnavailable: 1 } },
    { replicas: 0, maxSurge: 0, maxUnavailable: 0, limits: { maxSurge: 0, maxUnavailable: 0 } },
  ])('with $replicas replicas, $maxSurge surge and $maxUnavailable unavailable are $limits', (given) => {
    expect(rolloutLimits(rolling(given.maxSurge, given.maxUnavailable, { replicas: given.replicas }))).toEqual(
      given.limits,
    );
  });
});

describe('a rollout', () => {
  it.each([
    { case: 'starts at full size without old Pods', now: state(undefined), steps: ['create with 4'] },
    {
      case: 'starts with as many Pods as maxSurge allows',
      now: state(undefined, { size: 4 }),
      steps: ['create with 1'],
    },
    { case: 'grows as soon as maxSurge allows', now: state({ size: 1 }, { size: 3 }), steps: ['new to 2'] },
    {
      case: 'keeps old Pods until new ones are available',
      now: state({ size: 1, available: 0 }, { size: 4 }),
      steps: [],
    },
    { case: 'removes old Pods for available new ones', now: state({ size: 1 }, { size: 4 }), steps: ['old-1 to 3'] },
    {
      case: 'removes unhealthy old Pods first',
      now: state({ size: 1, available: 0 }, { size: 2, available: 2 }, { size: 2, available: 0 }),
      steps: [],
    },
    { case: 'does nothing when complete', now: state({ size: 4 }, { size: 0 }), steps: [] },
    { case: 'shrinks a revision that is too large', now: state({ size: 6 }, { size: 0 }), steps: ['new to 4'] },
  ])('$case', ({ now, steps }) => {
    expect(planRollout(rolling(1, 0), now, false).map(brief)).toEqual(steps);
  });

  it('removes unhealthy old Pods at once if availability allows', () => {
    const now = state({ size: 2, available: 2 }, { size: 1, available: 0 }, { size: 2, available: 2 });

    expect(planRollout(rolling(1, 0), now, false).map(brief)).toEqual(['old-1 to 0']);
  });

  it('never plans fewer than maxUnavailable or more than maxSurge allow', () => {
    const sized = fc.tuple(fc.nat(4), fc.nat(4)).map(([a, b]) => ({ size: Math.max(a, b), available: Math.min(a, b) }));
    fc.assert(
      fc.property(fc.nat(3), fc.nat(4), sized, sized, (maxSurge, maxUnavailable, current, old) => {
        const deployment = rolling(maxSurge, maxUnavailable);
        const revisions = state(current, old);
        const limits = rolloutLimits(deployment);
        const before = [...revisions.old, ...(revisions.current === undefined ? [] : [revisions.current])];
        const target = (replicaSet: ReplicaSet): number =>
          planRollout(deployment, revisions, false).find(
            (step) => step.kind === 'scale' && step.replicaSet === replicaSet,
          )?.replicas ?? sizeOf(replicaSet);
        // Scaling down removes unavailable Pods first.
        const stillAvailable = (replicaSet: ReplicaSet): number =>
          Math.min(availableIn(replicaSet), target(replicaSet));

        expect(sum(before, target)).toBeLessThanOrEqual(Math.max(4 + limits.maxSurge, sum(before, sizeOf)));
        const fewest = Math.min(4 - limits.maxUnavailable, sum(before, availableIn));
        expect(sum(before, stillAvailable)).toBeGreaterThanOrEqual(fewest);
      }),
    );
  });
});

describe('scaling during a rollout', () => {
  it('distributes the change in proportion to the sizes', () => {
    const now = state({ size: 2, available: 1 }, { size: 3, available: 3 });

    expect(planRollout(rolling(1, 0, { replicas: 9 }), now, true).map(brief)).toEqual(['old-1 to 6', 'new to 4']);
  });

  it('rounds shares to the nearest integer', () => {
    const now = state({ size: 1, available: 0 }, { size: 4 });

    expect(planRollout(rolling(1, 0, { replicas: 7 }), now, true).map(brief)).toEqual(['old-1 to 6', 'new to 2']);
  });

  it('gives the rounding remainder to the largest revision', () => {
    const now = state({ size: 1, available: 0 }, { size: 2 }, { size: 2 });

    const steps = planRollout(rolling(1, 0, { replicas: 5 }), now, true).map(brief);

    expect(steps).toEqual(['old-1 to 3', 'old-2 to 2', 'new to 1']);
  });

  it('empties the old revisions when the new one has the desired size', () => {
    const now = state({ size: 2, desired: 2 }, { size: 3 });

    expect(planRollout(rolling(1, 0, { replicas: 2 }), now, true).map(brief)).toEqual(['old-1 to 0']);
  });

  it('scales everything to zero', () => {
    const now = state({ size: 2, available: 1 }, { size: 3 });

    expect(planRollout(rolling(1, 0, { replicas: 0 }), now, true).map(brief)).toEqual(['old-1 to 0', 'new to 0']);
  });
});

describe('the Recreate strategy', () => {
  const recreate = aDeployment('web', { replicas: 4, strategy: { type: 'Recreate' } });

  it.each([
    {
      case: 'first scales the old revisions to zero',
      now: state(undefined, { size: 4 }),
      pods: true,
      steps: ['old-1 to 0'],
    },
    { case: 'then waits for their Pods', now: state(undefined, { size: 0 }), pods: true, steps: [] },
    {
      case: 'then creates the new one at full size',
      now: state(undefined, { size: 0 }),
      pods: false,
      steps: ['create with 4'],
    },
  ])('$case', ({ now, pods, steps }) => {
    expect(planRollout(recreate, now, pods).map(brief)).toEqual(steps);
  });
});
