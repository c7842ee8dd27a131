import { afterAll, beforeAll } from '@jest/globals';
import type { LocalWorld, LocalWorldOptions } from './local-world.ts';
import { type World, type WorldOptions, startWorld } from './world.ts';

/** A world for all tests of a file. It can be used once the first `beforeAll` has ended. */
export function useWorld(options?: WorldOptions): World {
  return shared(() => startWorld(options));
}

/**
 * A world with an accelerated operator in this process, for all tests of a file. Only this loads the operator's modules
 * and packages, of which there are two thousand.
 */
export function useLocalWorld(options?: LocalWorldOptions): LocalWorld {
  return shared(async () => {
    const { startLocalWorld } = await import('./local-world.ts');
    const world = await startLocalWorld(options);
    await world.startOperator();
    return world;
  });
}

/** Starts something before the tests of a file, and stops it after them. */
export function shared<T extends { stop(): Promise<void> }>(start: () => Promise<T>): T {
  const handle = {} as T;
  let started: T | undefined;
  beforeAll(async () => {
    started = await start();
    Object.setPrototypeOf(handle, started);
  });
  afterAll(() => started?.stop());
  return handle;
}
