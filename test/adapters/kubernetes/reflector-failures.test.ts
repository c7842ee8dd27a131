/** How a reflector recovers from failures, and how it ends. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { content, failure, hangUp, silence } from '../../support/answers.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { WatchStream } from '../../support/watch-stream.ts';
import { LIST, WATCH, aReflector, item, listOf, listsOf } from './a-reflector.ts';

describe('a failure', () => {
  it.each([
    { case: 'of the server', answer: failure(500, 'InternalError', 'etcd is away'), code: 500 },
    { case: 'of the permissions', answer: failure(403, 'Forbidden', 'cannot list'), code: 403 },
    { case: 'of the connection', answer: hangUp, code: 0 },
  ])('$case is reported, and the list is retried', async ({ answer, code }) => {
    const { server, reflector, failures, start } = await aReflector();
    server.on(LIST, answer, answer, listOf(10, []));
    server.on(WATCH, silence);

    void start();
    await reflector.synced;

    expect(failures.entries.map(({ error }) => error)).toMatchObject([{ code }, { code }]);
  });

  it('is followed by longer and longer pauses', async () => {
    const { server, failures, start } = await aReflector({ firstDelayMs: 10, maxDelayMs: 1_000 });
    server.on(LIST, failure(500, 'InternalError', 'etcd is away'));

    void start();
    const [first, second, third, fourth] = (await failures.reaches(4)).map(({ at }) => at);

    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(9);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(19);
    expect((fourth ?? 0) - (third ?? 0)).toBeGreaterThanOrEqual(39);
  });

  it('of a watch that is reset is reported, and the watch continues', async () => {
    const { server, announced, failures, start } = await aReflector();
    const watch = new WatchStream();
    server.on(LIST, listOf(10, []), listOf(11, []));
    server.on(WATCH, watch.answer, silence);

    void start();
    await watch.send('ADDED', item('a', 11));
    await announced.has('+ a@11');
    await watch.reset();
    const requests = await server.requests(WATCH).reaches(2);

    expect(requests[1]?.query['resourceVersion']).toBe('11');
    expect(failures.entries).toHaveLength(1);
  });

  it('in the stream, other than an expired version, needs no new list', async () => {
    const { server, failures, start } = await aReflector();
    const watch = new WatchStream();
    server.on(LIST, listOf(10, []));
    server.on(WATCH, watch.answer, silence);

    void start();
    await watch.send('ERROR', { kind: 'Status', code: 500, reason: 'InternalError', message: 'etcd is away' });
    await watch.end();
    await server.requests(WATCH).reaches(2);

    expect(failures.entries[0]?.error).toMatchObject({ code: 500, message: 'etcd is away' });
    expect(listsOf(server)).toHaveLength(1);
  });

  it('in the stream may be followed by the loss of the connection', async () => {
    const { server, failures, start } = await aReflector();
    const watch = new WatchStream();
    server.on(LIST, listOf(10, []));
    server.on(WATCH, watch.answer, silence);

    void start();
    await watch.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    await server.requests(LIST).reaches(2);
    await watch.reset();
    await watch.closed;
    await server.requests(WATCH).reaches(2);

    expect(failures.entries).toEqual([]);
  });

  it.each(['{"type":"ADDED","obj', 'upstream connect error', '{}'])(
    'to parse the line %s closes the connection, and the watch continues',
    async (line) => {
      const { server, failures, start } = await aReflector();
      const watch = new WatchStream();
      server.on(LIST, listOf(10, []));
      server.on(WATCH, watch.answer, silence);

      void start();
      await watch.sendLine(line);
      await server.requests(WATCH).reaches(2);

      expect(failures.entries).toHaveLength(1);
      await expect(watch.closed).resolves.toBeUndefined();
    },
  );

  it('to receive an event for too long counts as a dead connection', async () => {
    const { server, start } = await aReflector({ idleMs: 40 });
    const dead = new WatchStream();
    server.on(LIST, listOf(10, []));
    server.on(WATCH, dead.answer, silence);

    void start();
    await dead.closed;
    const requests = await server.requests(WATCH).reaches(3);

    expect(requests[1]?.query['resourceVersion']).toBe('10');
  });
});

describe('a server that ends every watch at once', () => {
  it('because of an expired version is requested less and less often', async () => {
    const { server, failures, start } = await aReflector({ firstDelayMs: 10, maxDelayMs: 1_000 });
    server.on(LIST, listOf(10, []));
    server.on(WATCH, failure(410, 'Expired', 'too old'));
    const began = performance.now();

    void start();
    await server.requests(WATCH).reaches(5);

    expect(performance.now() - began).toBeGreaterThan(10 + 20 + 40 + 80 - 5);
    expect(failures.entries).toEqual([]);
  });

  it('without an event is requested less and less often', async () => {
    const { server, failures, start } = await aReflector({ firstDelayMs: 10, maxDelayMs: 1_000 });
    server.on(LIST, listOf(10, []));
    server.on(WATCH, content('', 'application/json'));
    const began = performance.now();

    void start();
    await server.requests(WATCH).reaches(5);

    expect(performance.now() - began).toBeGreaterThan(10 + 20 + 40 + 80 - 5);
    expect(failures.entries).toEqual([]);
  });
});

describe('a server that was restored from an older state', () => {
  it.each(['by a reset', 'by an end before its time'] as const)('is noticed when the watch ends %s', async (how) => {
    const { server, announced, contents, start } = await aReflector();
    const watch = new WatchStream();
    server.on(LIST, listOf(10, [item('a', 8), item('b', 9)]), listOf(7, []), listOf(7, [item('a', 6)]));
    server.on(WATCH, watch.answer, silence);

    void start();
    await watch.send('MODIFIED', item('a', 20));
    await announced.has('~ a@8>20');
    await (how === 'by a reset' ? watch.reset() : watch.end());
    const watches = await server.requests(WATCH).reaches(2);

    expect(listsOf(server)).toHaveLength(2);
    expect(watches[1]?.query['resourceVersion']).toBe('7');
    expect(contents()).toEqual(['a@6']);
  });

  it('may have the same version with another state of an object', async () => {
    const { server, announced, cache, start } = await aReflector();
    const watch = new WatchStream();
    server.on(LIST, listOf(10, [item('a', 8, { from: 'before' })]), listOf(9, []));
    server.on(WATCH, watch.answer, silence);

    void start();
    await server.requests(WATCH).reaches(1);
    server.on(LIST, listOf(9, [item('a', 8, { from: 'after' })]));
    await watch.end();
    await announced.has('~ a@8>8');

    expect(cache.get('default/a')?.data).toEqual({ from: 'after' });
  });
});

describe('a watch without an answer', () => {
  it('times out long before a silent one', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { server, reflector, failures, start } = await aReflector();
    server.on(LIST, listOf(10, []));
    server.on(WATCH, silence);

    void start();
    await reflector.synced;
    await server.requests(WATCH).reaches(1);
    jest.advanceTimersByTime(30_000);
    jest.useRealTimers();

    await failures.reaches(1);
    expect(server.requests(WATCH).entries).toHaveLength(1);
  });
});

describe('the problem', () => {
  it('is available while it lasts', async () => {
    const { server, reflector, start } = await aReflector();
    server.on(LIST, failure(403, 'Forbidden', 'cannot list configmaps'), listOf(10, []));
    server.on(WATCH, silence);
    expect(reflector.problem).toBeUndefined();

    void start();
    await server.requests(LIST).reaches(1);
    await eventually(() => expect(reflector.problem).toMatchObject({ code: 403 }), { everyMs: 0 });
    await reflector.synced;

    expect(reflector.problem).toBeUndefined();
  });
});

describe('a recovery', () => {
  it('is reported once for each failure', async () => {
    const { server, announced, start } = await aReflector();
    const refused = failure(403, 'Forbidden', 'cannot list configmaps');
    const [first, watch] = [new WatchStream(), new WatchStream()];
    server.on(LIST, refused, refused, listOf(10, [item('a', 8)]));
    server.on(WATCH, first.answer, failure(500, 'InternalError', 'etcd is away'), watch.answer);

    void start();
    await announced.has('+ a@8');
    await first.end();
    await server.requests(WATCH).reaches(3);
    await watch.send('ADDED', item('b', 11));
    await watch.send('ADDED', item('c', 12));
    await announced.has('+ c@12');

    expect(announced.entries).toEqual(['+ a@8', 'recovered', 'recovered', '+ b@11', '+ c@12']);
  });

  it('is reported neither without a failure nor after an expired version', async () => {
    const { server, announced, start } = await aReflector();
    server.on(LIST, listOf(10, [item('a', 8)]));
    server.on(WATCH, failure(410, 'Expired', 'too old'));

    void start();
    await server.requests(WATCH).reaches(3);

    expect(announced.entries).toEqual(['+ a@8']);
  });
});

describe('a watch with events', () => {
  it('never counts as dead, however long it lasts', async () => {
    const { server, start } = await aReflector({ idleMs: 1_000 });
    const watch = new WatchStream();
    server.on(LIST, listOf(10, []));
    server.on(WATCH, watch.answer, silence);

    void start();
    for (let beat = 0; beat < 12; beat += 1) {
      await watch.send('BOOKMARK', { metadata: { resourceVersion: '11' } });
      await delay(100);
    }

    expect(server.requests(WATCH).entries).toHaveLength(1);
  });
});

describe('stop', () => {
  it.each([
    { case: 'during the list', list: silence, watch: silence, until: LIST },
    { case: 'before the watch is answered', list: listOf(10, []), watch: silence, until: WATCH },
    { case: 'during the watch', list: listOf(10, []), watch: new WatchStream().answer, until: WATCH },
  ])('ends the run $case, without a failure', async ({ list, watch, until }) => {
    const { server, reflector, failures, start } = await aReflector();
    server.on(LIST, list);
    server.on(WATCH, watch);

    const done = start();
    await server.requests(until).reaches(1);
    reflector.stop();

    await expect(done).resolves.toBeUndefined();
    expect(failures.entries).toEqual([]);
  });

  it('ends the run during a pause', async () => {
    const { server, reflector, failures, start } = await aReflector({ firstDelayMs: 60_000, maxDelayMs: 60_000 });
    server.on(LIST, hangUp);

    const done = start();
    await failures.reaches(1);
    reflector.stop();

    await expect(done).resolves.toBeUndefined();
  });
});
