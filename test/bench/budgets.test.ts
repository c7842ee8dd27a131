import { describe, expect, it } from '@jest/globals';
import { isHeld, judge } from '../../bench/budgets.ts';
import { plainCase } from '../../bench/case.ts';
import type { Measurement } from '../../bench/measure.ts';
import type { CaseResult } from '../../bench/run.ts';
import { aCaseResult, aMeasurement } from './a-case-result.ts';

function overspent(result: CaseResult): readonly string[] {
  return judge([result])
    .filter((verdict) => !isHeld(verdict))
    .map(({ what }) => what);
}

/** Every phase with a budget, without any cost except for the given measurements. */
function phases(...dear: readonly Measurement[]): readonly Measurement[] {
  const free = (['cold start', 'one change', 'idle', 'restart', 'mass delete'] as const).map((phase) =>
    aMeasurement({ phase }),
  );
  return free.map((one) => dear.find(({ phase }) => phase === one.phase) ?? one);
}

describe('a budget', () => {
  it('is kept by a run that costs nothing', () => {
    expect(overspent(aCaseResult(50, { measurements: phases() }))).toEqual([]);
  });

  it.each<[string, Measurement]>([
    ['Cloudflare calls of a cold start', aMeasurement({ phase: 'cold start', cloudflareCalls: { 'GET /zones': 7 } })],
    [
      'Cloudflare calls per drift interval, nothing changed',
      aMeasurement({ phase: 'idle', cloudflareCalls: { 'GET /zones': 7 } }),
    ],
    [
      'Cloudflare calls when one hostname changes',
      aMeasurement({ phase: 'one change', cloudflareCalls: { 'POST /batch': 2 } }),
    ],
    [
      'writes of a restart, Cloudflare and Kubernetes',
      aMeasurement({ phase: 'restart', kubernetesWrites: { services: 1 } }),
    ],
    [
      'writes of a restart, Cloudflare and Kubernetes',
      aMeasurement({ phase: 'restart', cloudflareCalls: { 'POST /batch': 1 } }),
    ],
    [
      'writes of an idle operator, Cloudflare and Kubernetes',
      aMeasurement({ phase: 'idle', kubernetesWrites: { services: 1 } }),
    ],
    [
      'Kubernetes writes per Service, exposed and gone',
      aMeasurement({ phase: 'mass delete', kubernetesWrites: { services: 251 } }),
    ],
    ['rollouts per Tunnel of a cold start', aMeasurement({ phase: 'cold start', rollouts: 3 })],
    ['MB of memory at the peak', aMeasurement({ phase: 'mass delete', peakRssMb: 91 })],
    ['MB of memory after a restart', aMeasurement({ phase: 'restart', rssMb: 91 })],
    ['seconds of a cold start', aMeasurement({ phase: 'cold start', wallSeconds: 11 })],
    ['times the CPU of a cold start for a restart', aMeasurement({ phase: 'restart', cpuSeconds: 0.6 })],
  ])('is exceeded: %s', (what, dear) => {
    expect(overspent(aCaseResult(50, { measurements: phases(dear) }))).toEqual([what]);
  });

  it.each([
    [56, []],
    [57, ['Cloudflare calls of a cold start']],
  ])('has room for one application of each protected hostname: %d applications', (applications, exceeded) => {
    const calls = { 'GET /accounts/:account/access/apps': 4, 'POST /accounts/:account/access/apps': applications };
    const coldStart = aMeasurement({ phase: 'cold start', cloudflareCalls: calls });
    const benchCase = plainCase(50, { source: 'Protected' });

    expect(overspent(aCaseResult(50, { benchCase, measurements: phases(coldStart) }))).toEqual(exceeded);
  });

  it('is exceeded by anything wrong at the end of a phase', () => {
    expect(overspent(aCaseResult(50, { problems: ['after cold start: missing app.example.com'] }))).toHaveLength(1);
  });

  it('does not count a read of a restart as a write', () => {
    const restart = aMeasurement({ phase: 'restart', cloudflareCalls: { 'GET /zones': 3 } });
    expect(overspent(aCaseResult(50, { measurements: phases(restart) }))).toEqual([]);
  });

  it('does not apply to a phase that was not measured', () => {
    expect(judge([aCaseResult(50)]).map(({ spent }) => spent)).toEqual([0]);
  });

  it('has no limit of calls while calls fail, because they have to be repeated', () => {
    const benchCase = { ...plainCase(50), failureRate: 0.05 };
    const coldStart = aMeasurement({ phase: 'cold start', cloudflareCalls: { 'GET /zones': 99 } });
    expect(overspent(aCaseResult(50, { benchCase, measurements: phases(coldStart) }))).toEqual([]);
  });

  it.each([
    [10, true],
    [10.1, false],
  ])('for ten times the Services and %d times the time is kept or exceeded: %s', (factor, isWithin) => {
    const results = [
      aCaseResult(1_000, { measurements: [aMeasurement({ phase: 'cold start', wallSeconds: 1, cpuSeconds: 1 })] }),
      aCaseResult(10_000, {
        measurements: [aMeasurement({ phase: 'cold start', wallSeconds: factor, cpuSeconds: factor })],
      }),
    ];
    expect(judge(results).every(isHeld)).toBe(isWithin);
  });
});
