import { plainCase } from '../../bench/case.ts';
import type { Measurement } from '../../bench/measure.ts';
import type { CaseResult } from '../../bench/run.ts';

/** A measurement without any cost, except for the given values. */
export function aMeasurement(measurement: Pick<Measurement, 'phase'> & Partial<Measurement>): Measurement {
  return {
    cloudflareCalls: {},
    kubernetesWrites: {},
    configMapVersions: 0,
    rollouts: 0,
    proxyKib: 0,
    wallSeconds: 0,
    cpuSeconds: 0,
    rssMb: 0,
    peakRssMb: 0,
    ...measurement,
  };
}

/** A case without problems, except for the given values. */
export function aCaseResult(services: number, result: Partial<CaseResult> = {}): CaseResult {
  return { benchCase: plainCase(services), measurements: [], failedCalls: 0, problems: [], ...result };
}
