/** Something that happens to a world while visitors use a hostname of it. */
import { expect } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type Load, type LoadOptions, startLoad } from 'cftunnel-sandbox/testing/traffic/load';
import type { Counts } from 'cftunnel-sandbox/testing/traffic/tally';
import { CLIENTS_UNDER_LOAD, REQUESTS_UNDER_LOAD } from './long-run.ts';
import type { World } from './world.ts';

export interface UnderLoadOptions extends Omit<LoadOptions, 'url'> {
  /** At least so many requests; by default 20,000 in a long run. */
  readonly requests?: number;
}

/** From so many requests on, the counts are worth a line of their own, also when nothing is lost. */
const REPORTED = 10_000;

/**
 * Has something happen again and again until enough requests were sent meanwhile, or something was lost. Resolves with
 * what became of the traffic once all of it has ended.
 */
export async function underLoad(
  world: Pick<World, 'edge'>,
  { requests = REQUESTS_UNDER_LOAD, ...clients }: UnderLoadOptions,
  event: () => Promise<void>,
): Promise<Counts> {
  const load = startLoad({ url: world.edge.url, ...CLIENTS_UNDER_LOAD, ...clients });
  try {
    await flowing(load, clients.webSocketClients !== 0);
    do await event();
    while (load.counts.answered < requests && !hasLost(load.counts));
  } finally {
    await load.stop();
  }
  if (requests >= REPORTED)
    process.stderr.write(`${expect.getState().currentTestName}: ${JSON.stringify(load.counts)}\n`);
  return load.counts;
}

/** Resolves once requests are answered, and WebSockets are open if there are any. */
async function flowing(load: Load, hasWebSockets: boolean): Promise<void> {
  await eventually(() => {
    const { answered, messages } = load.counts;
    const flow = hasWebSockets ? Math.min(answered, messages) : answered;
    expect(hasLost(load.counts) || flow > 0).toBe(true);
  });
}

function hasLost({ lost }: Counts): boolean {
  return Object.keys(lost).length > 0;
}
