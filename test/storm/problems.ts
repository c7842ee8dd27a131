/** Compares the world with the desired state: what is missing, and what is left over. */
import { DEFAULT_RATE_LIMIT } from 'cftunnel-sandbox/cloudflare/http/rate-limit';
import { entryProblems } from '../support/access-problems.ts';
import { findWorldProblems } from '../support/world-problems.ts';
import type { DesiredState } from './desired-state.ts';
import type { StormWorld } from './storm-world.ts';

const { quota, windowSeconds } = DEFAULT_RATE_LIMIT;

/** Describes each difference from the desired state. Empty when there is none. */
export async function findProblems(world: StormWorld, desired: DesiredState): Promise<readonly string[]> {
  return [
    ...world.bugs.map((bug) => `bug: ${bug instanceof Error ? bug.stack : String(bug)}`),
    ...(await findWorldProblems(world, desired.now(), world.foreignBefore)),
    ...(await entryProblems(world, desired.now())),
    ...world.intruders.letIn.slice(0, 3).map((request) => `somebody without credentials got in: ${request}`),
    ...rateLimitProblems(world),
  ];
}

/**
 * Failed calls count too, and the tokens of one user share a limit. In the seconds of a storm only work that repeats
 * without a pause reaches it.
 */
function rateLimitProblems({ sandbox }: StormWorld): readonly string[] {
  const { entries } = sandbox.cloudflare.calls;
  const isOver = entries.some(({ at }, index) => {
    const oneTooMany = entries[index + quota];
    return oneTooMany !== undefined && oneTooMany.at - at < windowSeconds * 1000;
  });
  return isOver ? [`more than ${quota} calls of Cloudflare in ${windowSeconds} s`] : [];
}
