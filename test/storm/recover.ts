import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from 'cftunnel-sandbox/testing/eventually';
import { findProblems } from './problems.ts';
import type { User } from './user.ts';

export interface Recovery {
  /** What is still not as desired at the deadline. Empty: everything is. */
  readonly problems: readonly string[];
  readonly recoveredMs: number;
}

const LOOK_EVERY_MS = 50;

/** Polls until the world is as desired, or until the deadline. Recreates desired objects that are gone. */
export async function recover(user: User): Promise<Recovery> {
  const began = performance.now();
  for (;;) {
    user.restore();
    const problems = await findProblems(user.world, user.desired);
    const recoveredMs = performance.now() - began;
    if (problems.length === 0 || recoveredMs > PATIENCE_MS) return { problems, recoveredMs };
    await delay(LOOK_EVERY_MS);
  }
}
