/** How a reflector stores our own writes. */
import { expect, it } from '@jest/globals';
import type { ConfigMap } from '../../../src/api/objects.ts';
import { after, silence } from '../../support/answers.ts';
import { WatchStream } from '../../support/watch-stream.ts';
import { LIST, WATCH, aReflector, item, listOf } from './a-reflector.ts';

const written = (name: string, version: number): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  ...item(name, version),
});

async function aWatchingReflector() {
  const parts = await aReflector();
  const watch = new WatchStream();
  parts.server.on(LIST, listOf(10, [item('a', 3)]));
  parts.server.on(WATCH, watch.answer);
  void parts.start();
  await parts.reflector.synced;
  return { ...parts, watch };
}

it('stores a write before the watch delivers it, and announces it neither then nor later', async () => {
  const { reflector, watch, announced, contents } = await aWatchingReflector();

  reflector.learn(written('a', 12));
  expect(contents()).toEqual(['a@12']);
  await watch.send('MODIFIED', item('a', 12));
  await watch.send('ADDED', item('b', 13));
  await announced.reaches(2);

  expect(announced.entries).toEqual(['+ a@3', '+ b@13']);
});

it('ignores a write that the watch has already passed', async () => {
  const { reflector, watch, announced, contents } = await aWatchingReflector();
  await watch.send('DELETED', item('a', 15));
  await announced.reaches(2);

  reflector.learn(written('a', 12));

  expect(contents()).toEqual([]);
});

it('applies the projection to a write', async () => {
  const { reflector, cache, server, start } = await aReflector({
    project: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }),
  });
  server.on(LIST, listOf(10, []));
  server.on(WATCH, silence);
  void start();
  await reflector.synced;

  reflector.learn({ ...written('a', 12), data: { big: 'value' } });

  expect(cache.get('default/a')).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: 'a', resourceVersion: '12' },
  });
});

it('keeps a write when an older event arrives', async () => {
  const { reflector, watch, announced, contents } = await aWatchingReflector();

  reflector.learn(written('a', 12));
  await watch.send('MODIFIED', item('a', 11));
  await watch.send('ADDED', item('b', 13));
  await announced.has('+ b@13');

  expect(contents()).toContain('a@12');
});

it('keeps a write that an older list does not have', async () => {
  const { server, reflector, announced, contents, start } = await aReflector();
  const answered = Promise.withResolvers<void>();
  server.on(LIST, after(answered.promise, listOf(10, [])));
  server.on(WATCH, silence);
  void start();
  await server.requests(LIST).reaches(1);

  reflector.learn(written('made', 12));
  answered.resolve();
  await reflector.synced;

  expect(contents()).toEqual(['made@12']);
  expect(announced.entries).toEqual([]);
});

it('drops a write whose object a later list does not have', async () => {
  const { reflector, server, watch, contents } = await aWatchingReflector();
  const page = Promise.withResolvers<void>();
  server.on(LIST, after(page.promise, listOf(20, [item('a', 3)])));
  await watch.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
  await server.requests(LIST).reaches(2);

  reflector.learn(written('gone', 12));
  reflector.learn(written('new', 21));
  page.resolve();
  await server.requests(WATCH).reaches(2);

  expect(contents()).toEqual(['a@3', 'new@21']);
});

it('announces what somebody else wrote just before us, although our answer contained it', async () => {
  const { reflector, watch, announced } = await aWatchingReflector();

  reflector.learn(written('a', 12));
  await watch.send('MODIFIED', item('a', 11));
  await watch.send('MODIFIED', item('a', 12));
  await watch.send('ADDED', item('b', 13));
  await announced.has('+ b@13');

  expect(announced.entries).toEqual(['+ a@3', '~ a@3>12', '+ b@13']);
});

it('announces what somebody else wrote between two writes of ours, once', async () => {
  const { reflector, watch, announced } = await aWatchingReflector();

  for (const version of [11, 13]) reflector.learn(written('a', version));
  for (const version of [11, 12, 13]) await watch.send('MODIFIED', item('a', version));
  await watch.send('ADDED', item('b', 14));
  await announced.has('+ b@14');

  expect(announced.entries).toEqual(['+ a@3', '~ a@3>13', '+ b@14']);
});

it('announces what somebody else wrote after us, with the state that was announced last', async () => {
  const { reflector, watch, announced, contents } = await aWatchingReflector();

  reflector.learn(written('a', 11));
  await watch.send('MODIFIED', item('a', 12));
  await announced.has('~ a@3>12');

  expect(contents()).toEqual(['a@12']);
});

it('announces a write that a list contains, since the list hides the states before it', async () => {
  const { reflector, server, watch, announced } = await aWatchingReflector();

  reflector.learn(written('a', 12));
  server.on(LIST, listOf(12, [item('a', 12)]));
  await watch.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
  await announced.has('~ a@3>12');

  expect(announced.entries).toEqual(['+ a@3', '~ a@3>12']);
});
