import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from 'cftunnel-sandbox/testing/eventually';
import { complaintsAbout } from './judge.ts';
import type { User } from './user.ts';

export interface Recovery {
  /** What was not as wished when time was up; empty: all is well. */
  readonly complaints: readonly string[];
  readonly recoveredMs: number;
}

const LOOK_EVERY_MS = 50;

/** Looks until all is as the users wish, or time is up; they make again what they wish for and what has gone. */
export async function recovery(user: User): Promise<Recovery> {
  const began = performance.now();
  for (;;) {
    user.restore();
    const complaints = complaintsAbout(user.world, user.wishes);
    const recoveredMs = performance.now() - began;
    if (complaints.length === 0 || recoveredMs > PATIENCE_MS) return { complaints, recoveredMs };
    await delay(LOOK_EVERY_MS);
  }
}
