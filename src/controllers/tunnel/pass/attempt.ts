/** Ways to run work whose failure must not hold up other work. */
import { OperatorError } from '../../../runtime/errors.ts';
import type { TunnelPass } from './tunnel-pass.ts';

/** Runs the work on one zone: a failure there must not hold up the others. */
export type Attempt = <T>(work: () => Promise<T>) => Promise<T | undefined>;

/** Reports a failure in DNSReady and goes on. */
export function attemptIn({ stages }: TunnelPass): Attempt {
  return (work) => stages.run('DNSReady', work);
}

/** After so many failures the rest waits for the next pass, so that an outage costs few calls, and not one an item. */
const MAX_FAILURES = 3;

/** Works on each item. A failure is reported in ConfigReady and holds up no other item. Returns what succeeded. */
export async function tryEach<Item, Result>(
  { stages }: TunnelPass,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<ReadonlyMap<Item, Result>> {
  const results = new Map<Item, Result>();
  let failures = 0;
  for (const item of items) {
    const isDone = await stages.run('ConfigReady', async () => results.set(item, await work(item)));
    if (isDone === undefined) failures += 1;
    if (failures === MAX_FAILURES) break;
  }
  return results;
}

/** Where nothing of ours is known to be, and what the token may not read, or the account does not have, holds nothing up. */
export const unlessForbidden: Attempt = (work) =>
  work().catch((error: unknown) => {
    if (error instanceof OperatorError && FORBIDDEN.has(error.reason)) return undefined;
    throw error;
  });

const FORBIDDEN: ReadonlySet<string> = new Set(['PermissionMissing', 'AccessNotEnabled']);
