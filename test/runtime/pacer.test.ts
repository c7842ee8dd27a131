import { describe, expect, it } from '@jest/globals';
import { Pacer } from '../../src/runtime/pacer.ts';

/** A clock that stands still but for what is added to `now`, and runs what is due when it is asked to. */
function aClock() {
  const clock = {
    time: 0,
    waits: [] as number[],
    now: () => clock.time,
    after(ms: number, work: () => void) {
      clock.waits.push(ms);
      clock.time += ms;
      const handle = setImmediate(work);
      return () => clearImmediate(handle);
    },
  };
  return clock;
}

function workFor(clock: { time: number }, ms: number): () => Promise<number> {
  return async () => (clock.time += ms);
}

const GOES_ON = new AbortController().signal;

describe('a pacer', () => {
  it('rests three times as long as the work took, before it works again', async () => {
    const clock = aClock();
    const pacer = new Pacer(clock);

    await pacer.run(workFor(clock, 400), GOES_ON);
    await pacer.run(workFor(clock, 400), GOES_ON);

    expect(clock.waits).toEqual([1_200]);
  });

  it('starts at once after a quiet time', async () => {
    const clock = aClock();
    const pacer = new Pacer(clock);

    await pacer.run(workFor(clock, 400), GOES_ON);
    clock.time += 1_200;
    await pacer.run(workFor(clock, 400), GOES_ON);

    expect(clock.waits).toEqual([]);
  });

  it('rests five seconds at most, and after work that fails too', async () => {
    const clock = aClock();
    const pacer = new Pacer(clock);
    const failing = async (): Promise<never> => {
      clock.time += 60_000;
      throw new Error('no');
    };

    await expect(pacer.run(failing, GOES_ON)).rejects.toThrow('no');
    await pacer.run(workFor(clock, 1), GOES_ON);

    expect(clock.waits).toEqual([5_000]);
  });

  it('ends its rest when it is told to stop, and does not work any more', async () => {
    const clock = Object.assign(aClock(), { after: () => () => undefined });
    const pacer = new Pacer(clock);
    const stop = new AbortController();
    await pacer.run(async () => void (clock.time += 100), stop.signal);
    let hasWorked = false;

    const resting = pacer.run(async () => void (hasWorked = true), stop.signal);
    stop.abort(new Error('stopped'));

    await expect(resting).rejects.toThrow('stopped');
    expect(hasWorked).toBe(false);
  });
});
