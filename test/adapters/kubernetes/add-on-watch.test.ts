import { afterEach, describe, expect, it } from '@jest/globals';
import { AddOnWatch } from '../../../src/adapters/kubernetes/add-on-watch.ts';
import { ObjectCache } from '../../../src/adapters/kubernetes/object-cache.ts';
import { Reflector, type ReflectorHandler } from '../../../src/adapters/kubernetes/reflector.ts';
import { RESOURCES } from '../../../src/adapters/kubernetes/resource.ts';
import { ServedKinds } from '../../../src/adapters/kubernetes/served-kinds.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import { aRestClient } from '../../support/a-rest-client.ts';
import { failure, json, silence } from '../../support/answers.ts';
import { Journal } from '../../support/journal.ts';
import { aServer } from '../../support/loopback-server.ts';

const DISCOVERY = 'GET /apis/gateway.networking.k8s.io/v1';
const PATH = '/apis/gateway.networking.k8s.io/v1/gateways';
const ABSENT = failure(404, 'NotFound', '');
const PRESENT = json({ resources: [{ name: 'gateways' }, { name: 'gateways/status' }] });
const NEVER = new AbortController().signal;

const running: AddOnWatch[] = [];
afterEach(() => {
  for (const watch of running.splice(0)) watch.stop();
});

/** A watch of Gateways that looks every millisecond, with the objects that exist while they are served. */
async function aWatch(...names: readonly string[]) {
  return aWatchThatLooks(1, ...names);
}

async function aWatchThatLooks(pollMs: number, ...names: readonly string[]) {
  const server = await aServer();
  const rest = aRestClient(server.url);
  const items = names.map((name) => ({ metadata: { namespace: 'shop', name, resourceVersion: '3' } }));
  server.on(`GET ${PATH}`, json({ metadata: { resourceVersion: '10' }, items }));
  server.on(`WATCH ${PATH}`, silence);
  const cache = new ObjectCache<KubeObject>();
  const seen = new Journal<string>();
  const handler: ReflectorHandler<KubeObject> = {
    upserted: ({ metadata }) => seen.push(`+${metadata.name}`),
    removed: ({ metadata }) => seen.push(`-${metadata.name}`),
    failed: () => seen.push('failed'),
    recovered: () => seen.push('recovered'),
  };
  const kind = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', project: (one: KubeObject) => one };
  const served = new Journal<boolean>();
  const watch = new AddOnWatch({
    cache,
    handler,
    isServed: async (signal) => {
      const isServed = await new ServedKinds(rest).isServed(RESOURCES.gateways, signal);
      served.push(isServed);
      return isServed;
    },
    createReflector: () => new Reflector(rest, { cache, path: PATH, ...kind }, handler),
    pollMs,
  });
  running.push(watch);
  return { server, watch, cache, seen, served };
}

describe('a kind that others install', () => {
  it('is not listed while it is not installed, and holds nothing up', async () => {
    const { server, watch, seen } = await aWatch('edge');
    server.on(DISCOVERY, ABSENT);
    void watch.run();
    await watch.settled;

    expect(watch.reflector).toBeUndefined();
    expect([...server.requests(`GET ${PATH}`).entries, ...seen.entries]).toEqual([]);
  });

  it('is listed before it counts as settled, where it is installed', async () => {
    const { server, watch, cache } = await aWatch('edge');
    server.on(DISCOVERY, PRESENT);
    void watch.run();
    await watch.settled;

    expect(cache.list().map(({ metadata }) => metadata.name)).toEqual(['edge']);
  });

  it('is watched once it is installed, and its objects are gone once it is removed', async () => {
    const { server, watch, cache, seen } = await aWatch('edge', 'home');
    server.on(DISCOVERY, ABSENT, ABSENT, PRESENT);
    void watch.run();
    await seen.reaches(2);
    server.on(DISCOVERY, ABSENT);
    await seen.reaches(4);

    expect(seen.entries).toEqual(['+edge', '+home', '-edge', '-home']);
    expect(cache.list()).toEqual([]);
  });

  it('is watched again when it is installed again', async () => {
    const { server, watch, seen } = await aWatch('edge');
    server.on(DISCOVERY, PRESENT);
    void watch.run();
    await seen.reaches(1);
    server.on(DISCOVERY, ABSENT);
    await seen.reaches(2);
    server.on(DISCOVERY, PRESENT);
    await seen.reaches(3);

    expect(seen.entries).toEqual(['+edge', '-edge', '+edge']);
  });

  // Invariant 10.
  it('stays as it is while the server does not say whether it is installed', async () => {
    const { server, watch, cache, seen, served } = await aWatch('edge');
    server.on(DISCOVERY, PRESENT);
    void watch.run();
    await seen.reaches(1);
    server.on(DISCOVERY, failure(500, 'InternalError', 'not now'));
    await seen.reaches(3);

    expect(seen.entries.slice(0, 3)).toEqual(['+edge', 'failed', 'failed']);
    expect(cache.list()).toHaveLength(1);
    expect(served.entries).not.toContain(false);
  });

  it('is not watched after the stop', async () => {
    const { server, watch } = await aWatch('edge');
    server.on(DISCOVERY, PRESENT);
    watch.stop();
    await watch.run();

    expect(server.requests(DISCOVERY).entries).toEqual([]);
  });
});

describe('a kind that few need', () => {
  it('is looked for at once when it may be needed', async () => {
    const { server, watch, cache, seen } = await aWatchThatLooks(3_600_000, 'edge');
    server.on(DISCOVERY, ABSENT);
    void watch.run();
    await watch.settled;

    server.on(DISCOVERY, PRESENT);
    watch.lookNow();
    await seen.has('+edge');
    server.on(DISCOVERY, ABSENT);
    watch.lookNow();
    await seen.has('-edge');

    expect(cache.list()).toEqual([]);
  });
});

describe('what the server serves', () => {
  it('is asked once for all kinds of an API', async () => {
    const server = await aServer();
    server.on(DISCOVERY, PRESENT);
    const served = new ServedKinds(aRestClient(server.url));
    const answers = await Promise.all([
      served.isServed(RESOURCES.gateways, NEVER),
      served.isServed(RESOURCES.httproutes, NEVER),
    ]);

    expect(answers).toEqual([true, false]);
    expect(server.requests(DISCOVERY).entries).toHaveLength(1);
  });

  it.each([404, 403])('is nothing where the answer is %i', async (code) => {
    const server = await aServer();
    server.on(DISCOVERY, failure(code, 'x', 'x'));

    expect(await new ServedKinds(aRestClient(server.url)).isServed(RESOURCES.gateways, NEVER)).toBe(false);
  });
});
