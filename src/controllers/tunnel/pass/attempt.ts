/** Ways to run work whose failure must not hold up other work. */
import { OperatorError } from '../../../runtime/errors.ts';
import type { TunnelPass } from './tunnel-pass.ts';

/** Runs the work on one zone: a failure there must not hold up the others. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T | undefined>;

/** Reports a failure in DNSReady and goes on. */
export function attemptIn({ stages }: TunnelPass): Attempt {
  return (work) => stages.run('DNSReady', work);
}

/** A zone in which nothing of ours is known to be, and which the token may not read, holds nothing up. */
export const unlessForbidden: Attempt = (work) =>
  work().catch((error: unknown) => {
    if (error instanceof OperatorError && error.reason === 'PermissionMissing') return undefined;
    throw error;
  });
