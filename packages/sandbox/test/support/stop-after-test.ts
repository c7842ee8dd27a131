import { afterEach } from '@jest/globals';

const toStop: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).toReversed()) await stop();
});

/** Stops something after the test, in reverse order. */
export function stopAfterTest(stop: () => unknown): void {
  toStop.push(stop);
}
