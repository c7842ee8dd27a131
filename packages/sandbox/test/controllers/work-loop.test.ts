import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WorkLoop } from '../../src/kubernetes/controllers/work-loop.ts';
import { ApiError } from '../../src/kubernetes/status-error.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('a work loop', () => {
  it('combines a burst of events into one run', async () => {
    const runs: string[] = [];
    const loop = new WorkLoop((key) => void runs.push(key), { delayMs: 10 });

    for (let i = 0; i < 100; i += 1) loop.add('a');
    loop.add('b');
    await jest.advanceTimersByTimeAsync(50);

    expect(runs).toEqual(['a', 'b']);
  });

  it('keeps the earlier of two scheduled runs', async () => {
    const runs: number[] = [];
    const loop = new WorkLoop(() => void runs.push(performance.now()));
    const start = performance.now();

    loop.add('a', 100);
    loop.add('a', 20);
    loop.add('a', 60);
    await jest.advanceTimersByTimeAsync(200);

    expect(runs).toEqual([start + 20]);
  });

  it('runs a key again after an event during its run, but never concurrently', async () => {
    let running = 0;
    let runs = 0;
    const overlaps: number[] = [];
    const loop = new WorkLoop(async () => {
      runs += 1;
      running += 1;
      overlaps.push(running);
      await new Promise((resolve) => setTimeout(resolve, 100));
      running -= 1;
      return undefined;
    });

    loop.add('a', 0);
    await jest.advanceTimersByTimeAsync(50);
    loop.add('a', 0);
    await jest.advanceTimersByTimeAsync(300);

    expect({ runs, overlaps }).toEqual({ runs: 2, overlaps: [1, 1] });
  });

  it('repeats a run after the requested time', async () => {
    const answers = [30, undefined];
    const runs: number[] = [];
    const loop = new WorkLoop(() => {
      runs.push(performance.now());
      return answers.shift();
    });
    const start = performance.now();

    loop.add('a', 0);
    await jest.advanceTimersByTimeAsync(200);

    expect(runs.map((time) => time - start)).toEqual([0, 30]);
  });

  it('repeats a failing run with increasing delays until it succeeds', async () => {
    const runs: number[] = [];
    const loop = new WorkLoop(() => {
      runs.push(performance.now());
      if (runs.length < 4) throw new ApiError(409, 'Conflict', 'somebody was quicker');
      return undefined;
    });
    const start = performance.now();

    loop.add('a', 0);
    await jest.advanceTimersByTimeAsync(1_000);

    expect(runs.map((time) => time - start)).toEqual([0, 5, 15, 35]);
  });

  it('reports bugs, but not answers of the API server', async () => {
    const bugs: string[] = [];
    const errors = [new ApiError(404, 'NotFound', 'gone'), new TypeError('oops')];
    const onBug = (error: unknown, key: string): void => void bugs.push(`${key}: ${String(error)}`);
    const loop = new WorkLoop(
      () => {
        const error = errors.shift();
        if (error !== undefined) throw error;
        return undefined;
      },
      { onBug },
    );

    loop.add('a');
    await jest.advanceTimersByTimeAsync(1_000);

    expect(bugs).toEqual(['a: TypeError: oops']);
  });

  it('finishes active runs when it stops, and starts no more', async () => {
    const ended: string[] = [];
    const loop = new WorkLoop(async (key) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      ended.push(key);
      return undefined;
    });
    loop.add('running', 0);
    loop.add('waiting', 50);
    await jest.advanceTimersByTimeAsync(20);

    const stopped = loop.stop().then(() => ended.push('stopped'));
    loop.add('late', 0);
    await jest.advanceTimersByTimeAsync(1_000);
    await stopped;

    expect(ended).toEqual(['running', 'stopped']);
  });
});
