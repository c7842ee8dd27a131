import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WorkQueue } from '../../src/runtime/work-queue.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A queue whose workers the test ends. */
function aQueue(concurrency = 1) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const queue = new WorkQueue((key) => {
    started.push(key);
    return new Promise((resolve) => ends.set(key, resolve));
  }, concurrency);
  const finish = async (key: string): Promise<void> => {
    ends.get(key)?.();
    await jest.advanceTimersByTimeAsync(0);
  };
  return { queue, started, finish };
}

/** A started queue whose workers end at once. */
function aSwiftQueue() {
  const worked: string[] = [];
  const queue = new WorkQueue(async (key) => void worked.push(key), 1);
  queue.start();
  return { queue, worked };
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('keys', () => {
  it('wait for the start, and are taken in order', async () => {
    const { queue, started, finish } = aQueue();

    queue.add('b');
    queue.add('a');
    expect(started).toEqual([]);
    queue.start();
    await finish('b');

    expect(started).toEqual(['b', 'a']);
  });

  it('wait only once, however often they are added', async () => {
    const { queue, started, finish } = aQueue();

    queue.add('a');
    queue.add('b');
    queue.add('a');
    queue.start();
    await finish('a');
    await finish('b');

    expect(started).toEqual(['a', 'b']);
    expect(queue.depth).toBe(0);
  });

  it('are processed at the same time up to the concurrency', async () => {
    const { queue, started, finish } = aQueue(2);
    queue.start();

    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(started).toEqual(['a', 'b']);
    await finish('b');

    expect(started).toEqual(['a', 'b', 'c']);
  });

  // Invariant 2.
  it('that are added during their run are processed again, but never concurrently', async () => {
    const { queue, started, finish } = aQueue(5);
    queue.start();

    queue.add('a');
    queue.add('a');
    queue.add('a');
    expect(started).toEqual(['a']);
    await finish('a');
    expect(started).toEqual(['a', 'a']);
    await finish('a');

    expect(started).toEqual(['a', 'a']);
  });

  it('that are added during their run go to the end of the queue', async () => {
    const { queue, started, finish } = aQueue();
    queue.start();

    for (const key of ['a', 'b', 'a']) queue.add(key);
    await finish('a');
    await finish('b');

    expect(started).toEqual(['a', 'b', 'a']);
  });

  it('count for the depth while they are ready or being processed', async () => {
    const { queue, finish } = aQueue();
    queue.start();

    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 1_000);
    expect(queue.depth).toBe(2);
    await finish('a');

    expect(queue.depth).toBe(1);
  });
});

describe('addAfter', () => {
  it('adds the key after the time', async () => {
    const { queue, worked } = aSwiftQueue();

    queue.addAfter('a', 1_000);
    await pass(999);
    expect(worked).toEqual([]);
    await pass(1);

    expect(worked).toEqual(['a']);
  });

  it.each([
    { case: 'when a later time is requested', delays: [100, 1_000] },
    { case: 'when it is requested last', delays: [1_000, 100] },
  ])('keeps the earliest of several times $case', async ({ delays }) => {
    const { queue, worked } = aSwiftQueue();

    for (const delay of delays) queue.addAfter('a', delay);
    await pass(100);
    expect(worked).toEqual(['a']);
    await pass(10_000);

    expect(worked).toEqual(['a']);
  });

  it('is cancelled by an add in between', async () => {
    const { queue, worked } = aSwiftQueue();

    queue.addAfter('a', 1_000);
    queue.add('a');
    await pass(10_000);

    expect(worked).toEqual(['a']);
  });

  it('does not come at once if the delay exceeds the maximum of a timer', async () => {
    const { queue, worked } = aSwiftQueue();

    queue.addAfter('a', 60 * 24 * 3_600_000);
    await pass(3_600_000);

    expect(worked).toEqual([]);
  });
});

describe('addSettled', () => {
  it('adds the key after a quiet time', async () => {
    const { queue, worked } = aSwiftQueue();

    queue.addSettled('a', 200, 1_000);
    await pass(150);
    queue.addSettled('a', 200, 1_000);
    await pass(199);
    expect(worked).toEqual([]);
    await pass(1);

    expect(worked).toEqual(['a']);
  });

  it('adds the key after the longest time at the latest', async () => {
    const { queue, worked } = aSwiftQueue();

    for (let ms = 0; ms < 1_000; ms += 100) {
      expect(worked).toEqual([]);
      queue.addSettled('a', 200, 1_000);
      await pass(100);
    }

    expect(worked).toEqual(['a']);
  });

  it('starts a new burst after the key was added', async () => {
    const { queue, worked } = aSwiftQueue();

    queue.addSettled('a', 200, 300);
    await pass(200);
    queue.addSettled('a', 200, 300);
    await pass(150);
    queue.addSettled('a', 200, 300);
    await pass(149);
    expect(worked).toEqual(['a']);
    await pass(1);

    expect(worked).toEqual(['a', 'a']);
  });

  it('does not delay an earlier time', async () => {
    const { queue, worked } = aSwiftQueue();

    queue.addAfter('a', 50);
    queue.addSettled('a', 200, 1_000);
    await pass(50);

    expect(worked).toEqual(['a']);
  });
});

describe('stop', () => {
  it('waits for the workers', async () => {
    const { queue, finish } = aQueue(2);
    queue.start();
    queue.add('a');
    queue.add('b');
    let isStopped = false;

    const stopped = queue.stop().then(() => (isStopped = true));
    await finish('a');
    expect(isStopped).toBe(false);
    await finish('b');
    await stopped;

    expect(isStopped).toBe(true);
  });

  it('resolves at once when nothing runs', async () => {
    const { queue } = aQueue();
    queue.start();

    await expect(queue.stop()).resolves.toBeUndefined();
  });

  it('drops keys that are ready, due later, or added while running', async () => {
    const { queue, started, finish } = aQueue();
    queue.start();
    for (const key of ['running', 'ready', 'running']) queue.add(key);
    queue.addAfter('later', 1_000);

    const stopped = queue.stop();
    await finish('running');
    await stopped;
    await pass(10_000);

    expect(started).toEqual(['running']);
  });

  it('accepts no more keys, and leaves no timer', async () => {
    const { queue, started } = aQueue();
    queue.start();
    await queue.stop();

    queue.add('a');
    queue.addAfter('b', 1_000);
    queue.addSettled('c', 200, 1_000);

    expect(jest.getTimerCount()).toBe(0);
    expect(queue.depth).toBe(0);
    expect(started).toEqual([]);
  });
});
