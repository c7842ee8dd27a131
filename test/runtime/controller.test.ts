import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, type Outcome, type Pass } from '../../src/runtime/controller.ts';
import { ConflictError, type Disposition, OperatorError, asFailure } from '../../src/runtime/errors.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const failure = (disposition: Disposition, retryAfterMs?: number): OperatorError =>
  new OperatorError('CloudflareUnavailable', disposition, 'no', retryAfterMs === undefined ? {} : { retryAfterMs });
const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

/** A pass that throws. */
function fails(error: Error): () => Promise<Outcome> {
  return async () => {
    throw error;
  };
}

/** A started controller with scripted outcomes; the last one repeats. */
function aController(...script: readonly ((pass: Pass) => Promise<Outcome>)[]) {
  const passes: Pass[] = [];
  const ended: { key: string; seconds: number; reasons: readonly string[]; unexpected: unknown }[] = [];
  const controller = new Controller({
    name: 'tunnel',
    concurrency: 1,
    reconcile: (_key, current) => {
      passes.push(current);
      const step = script[Math.min(passes.length, script.length) - 1];
      return step === undefined ? Promise.resolve({}) : step(current);
    },
    observer: {
      ended: ({ key, seconds, failures, unexpected }) =>
        void ended.push({ key, seconds, reasons: failures.map(({ reason }) => reason), unexpected }),
    },
  });
  controller.start();
  return { controller, passes, ended };
}

describe('a successful pass', () => {
  it('is observed with its duration, and waits for an event', async () => {
    const { controller, ended, passes } = aController(async () => {
      await pass(1_500);
      return {};
    });

    await pass(1_000);
    controller.queue.add('default/web');
    await pass(24 * 3_600_000);

    expect([controller.name, jest.getTimerCount()]).toEqual(['tunnel', 0]);
    expect(ended).toEqual([{ key: 'default/web', seconds: 1.5, reasons: [], unexpected: undefined }]);
    expect(passes).toHaveLength(1);
  });

  it('is repeated after the requested time', async () => {
    const { controller, passes } = aController(async () => ({ recheckAfterMs: 60_000 }));

    controller.queue.add('a');
    await pass(59_999);
    expect(passes).toHaveLength(1);
    await pass(1);

    expect(passes).toHaveLength(2);
  });
});

describe('a failure', () => {
  it.each([
    { disposition: 'retry', soonest: 250, latest: 500 },
    { disposition: 'wait', soonest: 1_000, latest: 2_000 },
    { disposition: 'stall', soonest: 1_000, latest: 2_000 },
  ] as const)('with disposition $disposition is first retried in $soonest to $latest ms', async (row) => {
    const { controller, passes } = aController(fails(failure(row.disposition)));

    controller.queue.add('a');
    await pass(row.soonest - 1);
    expect(passes).toHaveLength(1);
    await pass(row.latest - row.soonest + 1);

    expect(passes).toHaveLength(2);
  });

  it.each([
    { disposition: 'retry', most: 60_000 },
    { disposition: 'wait', most: 10_000 },
    { disposition: 'stall', most: 300_000 },
  ] as const)('with disposition $disposition is finally retried every $most ms', async ({ disposition, most }) => {
    const { controller, passes } = aController(fails(failure(disposition)));

    controller.queue.add('a');
    await pass(24 * 3_600_000);
    const before = passes.length;
    await pass(10 * most);

    expect(passes.length - before).toBeGreaterThanOrEqual(9);
    expect(passes.length - before).toBeLessThanOrEqual(20);
  });

  it('is counted until a pass succeeds', async () => {
    const bad = fails(failure('retry'));
    const { controller, passes } = aController(
      bad,
      bad,
      async () => ({ recheckAfterMs: 1 }),
      async () => ({}),
    );

    controller.queue.add('a');
    await pass(10_000);

    expect(passes.map(({ failures }) => failures)).toEqual([0, 1, 2, 0]);
  });

  it('that is part of the outcome counts like one that is thrown', async () => {
    const { controller, passes, ended } = aController(async () => ({ failures: [failure('retry')] }));

    controller.queue.add('a');
    await pass(500);

    expect(passes[1]?.failures).toBe(1);
    expect(ended[0]?.reasons).toEqual(['CloudflareUnavailable']);
    expect(ended[0]?.unexpected).toBeUndefined();
  });

  it('is not retried before the remote API allows it', async () => {
    const { controller, passes } = aController(fails(failure('retry', 30_000)));

    controller.queue.add('a');
    await pass(29_999);
    expect(passes).toHaveLength(1);
    await pass(1);

    expect(passes).toHaveLength(2);
  });

  it('with the shortest back-off of several decides', async () => {
    const { controller, passes } = aController(async () => ({
      failures: [failure('retry', 30_000), failure('wait')],
      recheckAfterMs: 600_000,
    }));

    controller.queue.add('a');
    await pass(2_000);

    expect(passes).toHaveLength(2);
  });

  it('is retried at once after an event', async () => {
    const { controller, passes } = aController(fails(failure('stall')), async () => ({}));

    controller.queue.add('a');
    await pass(0);
    controller.queue.add('a');
    await pass(3_600_000);

    expect(passes).toHaveLength(2);
  });

  it('keeps its back-off during passes before the retry is due', async () => {
    const { controller, passes } = aController(async () => ({ failures: [failure('stall')], recheckAfterMs: 100 }));

    controller.queue.add('a');
    await pass(950);
    expect(passes.map(({ isRetry }) => isRetry)).not.toContain(true);
    expect(passes.length).toBeGreaterThan(5);
    await pass(1_100);

    expect(passes.filter(({ isRetry }) => isRetry).map(({ failures }) => failures)).toEqual([1]);
  });

  it('of one key does not hold up another', async () => {
    const { controller, ended } = aController(fails(failure('stall')), async () => ({}));

    controller.queue.add('bad');
    controller.queue.add('good');
    await pass(0);

    expect(ended.map(({ key }) => key)).toEqual(['bad', 'good']);
  });
});

describe('a conflict', () => {
  it('is retried soon, and is neither observed nor counted', async () => {
    const { controller, passes, ended } = aController(fails(new ConflictError('modified')), async () => ({}));

    controller.queue.add('a');
    await pass(1_000);

    expect(passes.map(({ failures }) => failures)).toEqual([0, 0]);
    expect(ended).toHaveLength(1);
    expect(ended[0]?.reasons).toEqual([]);
  });
});

describe('a conflict that repeats', () => {
  it('is retried less and less often, until a pass succeeds', async () => {
    const { controller, passes } = aController(fails(new ConflictError('modified')));

    controller.queue.add('a');
    await pass(60_000);

    expect(passes.length).toBeGreaterThan(8);
    expect(passes.length).toBeLessThan(25);
  });
});

describe('a bug', () => {
  it('is observed as unexpected, and retried with a back-off', async () => {
    const bug = new TypeError('undefined is not a function');
    const { controller, passes, ended } = aController(fails(bug), async () => ({}));

    controller.queue.add('a');
    await pass(249);
    expect(passes).toHaveLength(1);
    await pass(251);

    expect(passes).toHaveLength(2);
    expect(ended[0]).toMatchObject({ reasons: ['InternalError'], unexpected: bug });
  });

  it('that a pass has reported in a condition is observed as unexpected too', async () => {
    const bug = new TypeError('undefined is not a function');
    const { controller, ended } = aController(async () => ({ failures: [asFailure(bug)] }));

    controller.queue.add('a');
    await pass(0);

    expect(ended[0]).toMatchObject({ reasons: ['InternalError'], unexpected: bug });
  });
});

describe('stop', () => {
  it('aborts the signal of the running pass and waits for its end', async () => {
    const release = Promise.withResolvers<void>();
    const { controller, passes } = aController(() => release.promise.then(() => ({})));
    controller.queue.add('a');
    let isStopped = false;

    const stopped = controller.stop().then(() => (isStopped = true));
    await pass(0);
    expect(passes[0]?.signal.aborted).toBe(true);
    expect(isStopped).toBe(false);
    release.resolve();
    await stopped;

    expect(isStopped).toBe(true);
  });

  it('ignores the failures that the abort has caused', async () => {
    const { controller, ended } = aController(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    controller.queue.add('a');

    await controller.stop();

    expect(ended).toEqual([]);
    expect([controller.name, jest.getTimerCount()]).toEqual(['tunnel', 0]);
  });

  it('leaves no timer when the last pass asks to be repeated', async () => {
    const release = Promise.withResolvers<void>();
    const { controller } = aController(() => release.promise.then(() => ({ recheckAfterMs: 600_000 })));
    controller.queue.add('a');

    const stopped = controller.stop();
    release.resolve();
    await stopped;

    expect([controller.name, jest.getTimerCount()]).toEqual(['tunnel', 0]);
  });
});
