/** Two replicas and one lease. */
import { expect, it } from '@jest/globals';
import { type Fault, aLease } from './a-lease.ts';
import { RENEW_EVERY_MS, anElection, pass, run } from './an-election.ts';

/** Times, in ms, at which both replicas believe that they lead after the first was cut off at some point of its round. */
async function overlaps(kind: Fault, phaseMs: number): Promise<readonly number[]> {
  let fault: Fault = 'works';
  const lease = aLease();
  const first = run(
    anElection(
      lease.lock(() => fault),
      'first',
    ),
  );
  await pass(0);
  const second = run(anElection(lease.lock(), 'second'));
  await pass(30_000 + phaseMs);

  fault = kind;
  const both: number[] = [];
  for (let ms = 0; ms < 40_000; ms += 100) {
    if (first.election.isLeader && second.election.isLeader) both.push(ms);
    await pass(100);
  }
  expect(second.election.isLeader).toBe(true);
  return both;
}

// Invariant 26.
it.each(['fails', 'hangs', 'loses the answer'] as const)(
  'never lead at the same time when each call of the first %s',
  async (kind) => {
    for (let phaseMs = 0; phaseMs < RENEW_EVERY_MS; phaseMs += 500)
      expect({ phaseMs, both: await overlaps(kind, phaseMs) }).toEqual({ phaseMs, both: [] });
  },
);
