import { afterEach } from '@jest/globals';

const toStop: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).toReversed()) await stop();
});

/** Has something stopped after the test, last started first. */
export function stopAfterTest(stop: () => unknown): void {
  toStop.push(stop);
}
