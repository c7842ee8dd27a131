import { describe, expect, it } from '@jest/globals';
import { after, failure, silence } from '../../support/answers.ts';
import { WatchStream } from '../../support/watch-stream.ts';
import { LIST, listsOf, WATCH, aReflector, item, listOf } from './a-reflector.ts';

describe('the list', () => {
  it('is read page by page, and watched from its version', async () => {
    const { server, contents, start } = await aReflector({ labelSelector: 'app=web' });
    server.on(LIST, listOf(10, [item('a', 3)], { continue: 'next' }), listOf(10, [item('b', 7)], { continue: '' }));
    server.on(WATCH, new WatchStream().answer);

    void start();
    const [watch] = await server.requests(WATCH).reaches(1);

    expect(server.requests(LIST).entries.map(({ query }) => query)).toEqual([
      { limit: '500', labelSelector: 'app=web' },
      { limit: '500', labelSelector: 'app=web', continue: 'next' },
    ]);
    expect(watch?.query).toMatchObject({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '10',
      labelSelector: 'app=web',
    });
    expect(Number(watch?.query['timeoutSeconds'])).toBeGreaterThanOrEqual(300);
    expect(Number(watch?.query['timeoutSeconds'])).toBeLessThanOrEqual(600);
    expect(contents()).toEqual(['a@3', 'b@7']);
  });

  // Invariant 1.
  it('marks the cache as synced only after its last page', async () => {
    const { server, reflector, contents, start } = await aReflector();
    const second = Promise.withResolvers<void>();
    server.on(
      LIST,
      listOf(10, [item('a', 3)], { continue: 'next' }),
      after(second.promise, listOf(10, [item('b', 7)])),
    );
    server.on(WATCH, silence);
    let isSynced = false;
    void reflector.synced.then(() => (isSynced = true));

    void start();
    await server.requests(LIST).reaches(2);
    expect(isSynced).toBe(false);
    second.resolve();
    await reflector.synced;

    expect(contents()).toEqual(['a@3', 'b@7']);
  });

  it('adds the kind to each item, and applies the projection', async () => {
    const { server, reflector, cache, start } = await aReflector({
      project: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }),
    });
    server.on(LIST, listOf(10, [item('a', 3, { big: 'value' })]));
    server.on(WATCH, silence);

    void start();
    await reflector.synced;

    expect(cache.get('default/a')).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default', name: 'a', resourceVersion: '3' },
    });
  });
});

describe('the watch', () => {
  it('announces new objects, changed ones with their previous state, and deleted ones', async () => {
    const { server, announced, contents, start } = await aReflector();
    const watch = new WatchStream();
    server.on(LIST, listOf(10, [item('a', 3)]));
    server.on(WATCH, watch.answer);

    void start();
    await watch.send('ADDED', item('b', 11));
    await watch.send('MODIFIED', item('a', 12));
    await watch.send('DELETED', item('b', 13));
    await announced.reaches(4);

    expect(announced.entries).toEqual(['+ a@3', '+ b@11', '~ a@3>12', '- b@11']);
    expect(contents()).toEqual(['a@12']);
  });

  it('does not announce a version twice', async () => {
    const { server, announced, start } = await aReflector();
    const watch = new WatchStream();
    server.on(LIST, listOf(10, [item('a', 3)]));
    server.on(WATCH, watch.answer);

    void start();
    await watch.send('MODIFIED', item('a', 3));
    await watch.send('DELETED', item('unknown', 11));
    await watch.send('ADDED', item('b', 12));
    await announced.reaches(2);

    expect(announced.entries).toEqual(['+ a@3', '+ b@12']);
  });

  it('continues when the server closes it, without another list', async () => {
    const { server, failures, start } = await aReflector();
    const watch = new WatchStream();
    server.on(LIST, listOf(10, []), listOf(11, []));
    server.on(WATCH, watch.answer, silence);

    void start();
    await watch.send('ADDED', item('a', 11));
    await watch.end();
    const requests = await server.requests(WATCH).reaches(2);

    expect(requests.map(({ query }) => query['resourceVersion'])).toEqual(['10', '11']);
    expect(listsOf(server)).toHaveLength(1);
    expect(failures.entries).toEqual([]);
  });

  it('advances with bookmarks, which are not announced', async () => {
    const { server, announced, start } = await aReflector();
    const watch = new WatchStream();
    server.on(LIST, listOf(10, []), listOf(50, []));
    server.on(WATCH, watch.answer, silence);

    void start();
    await watch.send('BOOKMARK', { kind: 'ConfigMap', metadata: { resourceVersion: '50' } });
    await watch.end();
    const requests = await server.requests(WATCH).reaches(2);

    expect(requests[1]?.query['resourceVersion']).toBe('50');
    expect(announced.entries).toEqual([]);
  });

  it('accepts events in pieces, several at once, and with empty lines between', async () => {
    const { server, announced, start } = await aReflector();
    const watch = new WatchStream();
    const [first, second] = [item('a', 11), item('b', 12)].map((object) => JSON.stringify({ type: 'ADDED', object }));
    server.on(LIST, listOf(10, []));
    server.on(WATCH, watch.answer);

    void start();
    await watch.sendLine(`${first}\n\n${second}`);
    await announced.reaches(2);

    expect(announced.entries).toEqual(['+ a@11', '+ b@12']);
  });
});

describe('an expired version', () => {
  it.each(['in the stream', 'as an HTTP answer'] as const)(
    'leads to a new list when it is reported %s',
    async (how) => {
      const { server, announced, failures, contents, start } = await aReflector();
      const watch = new WatchStream();
      const gone = failure(410, 'Expired', 'too old resource version: 10 (90)');
      server.on(
        LIST,
        listOf(10, [item('same', 3), item('changed', 4), item('deleted', 5)]),
        listOf(90, [item('same', 3), item('changed', 80), item('made', 81)]),
      );
      server.on(WATCH, how === 'in the stream' ? watch.answer : gone, silence);

      void start();
      if (how === 'in the stream') {
        await watch.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
        await watch.end();
      }
      const requests = await server.requests(WATCH).reaches(2);

      expect(requests[1]?.query['resourceVersion']).toBe('90');
      expect(announced.entries.slice(3)).toEqual(['~ changed@4>80', '+ made@81', '- deleted@5']);
      expect(contents()).toEqual(['same@3', 'changed@80', 'made@81']);
      expect(failures.entries).toEqual([]);
    },
  );

  it('leads to a list from the start when it is reported in the middle of one', async () => {
    const { server, reflector, contents, start } = await aReflector();
    server.on(
      LIST,
      listOf(10, [item('a', 3)], { continue: 'stale' }),
      failure(410, 'Expired', 'The provided continue parameter is too old'),
      listOf(20, [item('b', 15)]),
    );
    server.on(WATCH, silence);

    void start();
    await reflector.synced;

    expect(server.requests(LIST).entries.map(({ query }) => query['continue'])).toEqual([
      undefined,
      'stale',
      undefined,
    ]);
    expect(contents()).toEqual(['b@15']);
  });
});
