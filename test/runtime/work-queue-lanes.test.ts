/** The order of keys, and that none starves. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Clock } from '../../src/runtime/clock.ts';
import { type Occasion, WorkQueue } from '../../src/runtime/work-queue.ts';

/** A queue whose workers the test ends, on a clock that the test advances. */
function aQueue(concurrency = 1) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const clock = aClock();
  const queue = new WorkQueue(
    (key) => {
      if (ends.has(key)) throw new Error(`${key} is worked on twice at a time`);
      started.push(key);
      return new Promise((resolve) => ends.set(key, resolve));
    },
    concurrency,
    clock,
  );
  const finish = async (key = [...ends.keys()][0] ?? ''): Promise<void> => {
    const end = ends.get(key);
    ends.delete(key);
    end?.();
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  };
  return { queue, started, running: ends, finish, clock };
}

function aClock(): Clock & { pass(ms: number): void } {
  let now = 0;
  const due = new Map<() => void, number>();
  return {
    now: () => now,
    after(ms, work) {
      due.set(work, now + ms);
      return () => due.delete(work);
    },
    pass(ms) {
      now += ms;
      const ready = [...due].filter(([, at]) => at <= now).toSorted((a, b) => a[1] - b[1]);
      for (const [work] of ready) if (due.delete(work)) work();
    },
  };
}

describe('an event', () => {
  it('goes before routine keys', async () => {
    const { queue, started, finish, clock } = aQueue();
    for (const key of ['r1', 'r2']) queue.addAfter(key, 10);
    clock.pass(10);
    queue.add('e1');

    queue.start();
    await finish();
    await finish();

    expect(started).toEqual(['e1', 'r1', 'r2']);
  });

  it('makes a waiting routine key urgent, which then runs once', async () => {
    const { queue, started, finish, clock } = aQueue();
    for (const key of ['r1', 'r2']) queue.addAfter(key, 10);
    clock.pass(10);
    queue.add('r2');
    queue.add('r2', 'routine');

    expect(queue.depth).toBe(2);
    queue.start();
    for (let turn = 0; turn < 3; turn += 1) await finish();

    expect(started).toEqual(['r2', 'r1']);
  });

  it.each<{ case: string; occasions: readonly Occasion[]; next: string }>([
    { case: 'before routine keys if one of the additions is an event', occasions: ['event', 'routine'], next: 'a' },
    { case: 'in its turn if all additions are routine', occasions: ['routine', 'routine'], next: 'r' },
  ])('that comes while its key is being processed is served $case', async ({ occasions, next }) => {
    const { queue, started, finish } = aQueue();
    queue.start();
    queue.add('a');
    queue.add('r', 'routine');
    for (const occasion of occasions) queue.add('a', occasion);

    await finish();

    expect(started).toEqual(['a', next]);
  });

  it('also ends a burst, and an addition while the key is being processed', async () => {
    const { queue, started, finish, clock } = aQueue();
    queue.start();
    queue.add('a');
    queue.addAfter('routine', 5);
    queue.addSettled('burst', 10, 10);
    clock.pass(10);
    queue.add('a');

    for (let turn = 0; turn < 4; turn += 1) await finish();

    expect(started).toEqual(['a', 'burst', 'a', 'routine']);
  });
});

describe('a routine key', () => {
  it('keeps its position when it is added again while it waits', async () => {
    const { queue, started, finish } = aQueue();
    for (const key of ['r1', 'r2', 'r1']) queue.add(key, 'routine');

    queue.start();
    await finish();

    expect(started).toEqual(['r1', 'r2']);
  });

  it('gets every fourth turn, however many events there are', async () => {
    const { queue, started, finish, clock } = aQueue();
    queue.addAfter('routine', 0);
    clock.pass(0);
    for (let key = 0; key < 10; key += 1) queue.add(`e${key}`);

    queue.start();
    for (let turn = 0; turn < 5; turn += 1) await finish();

    expect(started.indexOf('routine')).toBe(3);
  });
});

describe('whatever is added, in whatever order', () => {
  type Step =
    | { readonly kind: 'add'; readonly key: string; readonly occasion: Occasion }
    | { readonly kind: 'after' | 'settled'; readonly key: string; readonly ms: number }
    | { readonly kind: 'pass'; readonly ms: number }
    | { readonly kind: 'finish' };
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const ms = fc.integer({ min: 0, max: 50 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('add'), key, occasion: fc.constantFrom('event', 'routine') }),
    fc.record({ kind: fc.constantFrom('after', 'settled'), key, ms }),
    fc.record({ kind: fc.constant('pass'), ms }),
    fc.record({ kind: fc.constant('finish') }),
  );

  // Invariant 2.
  it('every key is processed after each addition, by one worker at a time and within the concurrency', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), async (steps, workers) => {
        const { queue, started, running, finish, clock } = aQueue(workers);
        const askedAt = new Map<string, number>();
        queue.start();
        for (const one of steps) {
          if ('key' in one) askedAt.set(one.key, started.length);
          if (one.kind === 'add') queue.add(one.key, one.occasion);
          if (one.kind === 'after') queue.addAfter(one.key, one.ms);
          if (one.kind === 'settled') queue.addSettled(one.key, one.ms, 100);
          if (one.kind === 'pass') clock.pass(one.ms);
          if (one.kind === 'finish') await finish();
          expect(running.size).toBeLessThanOrEqual(workers);
          expect(queue.depth).toBeLessThanOrEqual(5);
        }
        clock.pass(1_000);
        while (running.size > 0) await finish();

        expect(queue.depth).toBe(0);
        for (const [asked, at] of askedAt) expect(started.lastIndexOf(asked)).toBeGreaterThanOrEqual(at);
      }),
      { numRuns: 300 },
    ));
});
