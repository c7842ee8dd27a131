import { describe, expect, it } from '@jest/globals';
import { DEFAULT_KUBELET_ASSUMPTIONS } from '../../src/kubelet/assumptions.ts';
import { RefreshClock } from '../../src/kubelet/refresh-clock.ts';
import type { Pod } from '../../src/kubernetes/controllers/workloads.ts';
import { aPod } from '../controllers/objects.ts';

const POD = aPod('web', {}, { annotations: { a: '1' }, resourceVersion: '1' });
const LONG_AGO = { least: -1, most: -1 };

function aClock(assumptions = {}, timeScale = 1): RefreshClock {
  return new RefreshClock(POD, { ...DEFAULT_KUBELET_ASSUMPTIONS, ...assumptions }, timeScale);
}

describe('mounted files are refreshed', () => {
  it('between 60 and 90 seconds after the last time, faster by the factor of the cluster', () => {
    for (let tries = 0; tries < 100; tries += 1) {
      expect(aClock({}, 0.001).remainingMs).toBeGreaterThan(59_000_000);
      expect(aClock({}, 1_000).remainingMs).toBeLessThanOrEqual(90);
    }
  });

  it('again, when the time is over', () => {
    expect(aClock({ secondsBetweenSyncs: LONG_AGO }).remainingMs).toBe(0);
  });

  it.each<{ case: string; pod: Pod; isNow: boolean }>([
    { case: 'a changed annotation', pod: aPod('web', {}, { annotations: { a: '2' } }), isNow: true },
    { case: 'a changed label', pod: aPod('web', {}, { annotations: { a: '1' }, labels: { b: '1' } }), isNow: true },
    { case: 'a changed spec', pod: aPod('web', { restartPolicy: 'Never' }, POD.metadata), isNow: true },
    { case: 'a changed status', pod: { ...POD, status: { phase: 'Running' } }, isNow: false },
    { case: 'another version', pod: aPod('web', {}, { annotations: { a: '1' }, resourceVersion: '2' }), isNow: false },
  ])('at once after $case: $isNow', ({ pod, isNow }) => {
    const clock = aClock();

    clock.podChanged(pod);

    expect(clock.remainingMs === 0).toBe(isNow);
  });

  it('not by a changed Pod, if that is assumed', () => {
    const clock = aClock({ podChangeRefreshesVolumes: false });

    clock.podChanged(aPod('web', {}, { annotations: { a: '2' } }));

    expect(clock.remainingMs).toBeGreaterThan(0);
  });

  it('when a container has changed, and then after the usual time', () => {
    const clock = aClock();

    clock.containerChanged();
    expect(clock.remainingMs).toBe(0);

    clock.restart();
    expect(clock.remainingMs).toBeGreaterThan(0);
  });
});
