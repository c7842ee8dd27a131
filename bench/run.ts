import type { BenchCase } from './case.ts';
import { findProblems } from './integrity.ts';
import { type Measurement, measure } from './measure.ts';
import { OperatorPost } from './operator-post.ts';
import { type Phase, withEndpointChange } from './phases.ts';
import { BenchWorld } from './world.ts';

/** The result of a case. */
export interface CaseResult {
  readonly benchCase: BenchCase;
  readonly measurements: readonly Measurement[];
  /** Calls that failed because of the network profile. */
  readonly failedCalls: number;
  /** The problems at the end of any phase. A phase that does not end is the last one. */
  readonly problems: readonly string[];
}

/** Runs every phase of a case in a new world. */
export async function runCase(benchCase: BenchCase, usual: readonly Phase[]): Promise<CaseResult> {
  const phases = benchCase.source === 'Proxied' ? withEndpointChange(usual) : usual;
  const world = await BenchWorld.start(benchCase);
  const post = new OperatorPost(world);
  const measurements: Measurement[] = [];
  const problems: string[] = [];
  try {
    for (const phase of phases) {
      measurements.push(await measure(world, phase, post));
      problems.push(...findProblems(world).map((problem) => `after ${phase.name}: ${problem}`));
    }
  } catch (error) {
    problems.push(`${phases[measurements.length]?.name}: ${String(error)}`);
  } finally {
    await post.close();
    await world.stop();
  }
  return { benchCase, measurements, failedCalls: world.networkProfile.failed(), problems };
}
