/** Ways to run work whose failure must not hold up other work. */
import { OperatorError } from '../../../runtime/errors.ts';
import type { TunnelPass } from './tunnel-pass.ts';

/** Runs the work on one zone: a failure there must not hold up the others. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T | undefined>;

/** Reports a failure in DNSReady and goes on. */
export function attemptIn({ stages }: TunnelPass): Attempt {
  return (work) => stages.run('DNSReady', work);
}

/** Where nothing of ours is known to be, and what the token may not read, or the account does not have, holds nothing up. */
export const unlessForbidden: Attempt = (work) =>
  work().catch((error: unknown) => {
    if (error instanceof OperatorError && FORBIDDEN.has(error.reason)) return undefined;
    throw error;
  });

const FORBIDDEN: ReadonlySet<string> = new Set(['PermissionMissing', 'AccessNotEnabled']);
