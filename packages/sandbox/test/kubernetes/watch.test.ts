import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aConfigMap, CONFIG_MAPS } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes({ watchHistory: 20, bookmarkIntervalMs: 50 });
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

async function versionNow(): Promise<string> {
  const { body } = await client.get('/api/v1/namespaces/kube-public/configmaps');
  return String(body.metadata.resourceVersion);
}

function labelled(name: string, app: string) {
  return aConfigMap(name, {}, { labels: { app } });
}

describe('watch', () => {
  it('sends existing objects without a version, then changes', async () => {
    await client.post(CONFIG_MAPS, labelled('first', 'replay'));
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true&labelSelector=app=replay`);
    await client.post(CONFIG_MAPS, labelled('second', 'replay'));
    await client.patch('merge', `${CONFIG_MAPS}/first`, { data: { a: 'b' } });
    await client.delete(`${CONFIG_MAPS}/second`);

    expect(await watch.take(4)).toEqual(['ADDED first', 'ADDED second', 'MODIFIED first', 'DELETED second']);
    watch.close();
  });

  it('sends only later changes with a version', async () => {
    await client.post(CONFIG_MAPS, labelled('before', 'later'));
    const version = await versionNow();
    await client.post(CONFIG_MAPS, labelled('after', 'later'));
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true&labelSelector=app=later&resourceVersion=${version}`);

    expect(await watch.take(1)).toEqual(['ADDED after']);
    watch.close();
  });

  it('adds and deletes objects that begin and cease to match', async () => {
    const watch = await client.watch(
      `${CONFIG_MAPS}?watch=1&labelSelector=app=match&resourceVersion=${await versionNow()}`,
    );
    await client.post(CONFIG_MAPS, labelled('moving', 'other'));
    await client.patch('merge', `${CONFIG_MAPS}/moving`, { metadata: { labels: { app: 'match' } } });
    const { body: gone } = await client.patch('merge', `${CONFIG_MAPS}/moving`, {
      metadata: { labels: { app: 'other' } },
    });

    expect(await watch.take(1)).toEqual(['ADDED moving']);
    expect(await watch.next()).toMatchObject({
      type: 'DELETED',
      // The labels with which it last matched, at the version at which it no longer does.
      object: { metadata: { labels: { app: 'match' }, resourceVersion: gone.metadata.resourceVersion } },
    });
    watch.close();
  });

  it('gives a deletion its own version', async () => {
    const { body } = await client.post(CONFIG_MAPS, labelled('deleted', 'deletion'));
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${body.metadata.resourceVersion}`);
    await client.delete(`${CONFIG_MAPS}/deleted`);
    const line = await watch.next();

    expect(line?.type).toBe('DELETED');
    expect(Number(line?.object.metadata.resourceVersion)).toBeGreaterThan(Number(body.metadata.resourceVersion));
    watch.close();
  });

  it('selects an object by a field', async () => {
    const watch = await client.watch(
      `${CONFIG_MAPS}?watch=true&fieldSelector=metadata.name=chosen&resourceVersion=${await versionNow()}`,
    );
    await client.post(CONFIG_MAPS, aConfigMap('ignored'));
    await client.post(CONFIG_MAPS, aConfigMap('chosen'));

    expect(await watch.take(1)).toEqual(['ADDED chosen']);
    watch.close();
  });

  it('marks the end of the initial events for clients that stream their lists', async () => {
    await client.post(CONFIG_MAPS, labelled('streamed', 'stream'));
    const watch = await client.watch(
      `${CONFIG_MAPS}?watch=true&labelSelector=app=stream&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );

    expect(await watch.take(1)).toEqual(['ADDED streamed']);
    expect(await watch.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
    watch.close();
  });

  it('rejects initial events without the required version match', async () => {
    const { status, body } = await client.get(`${CONFIG_MAPS}?watch=true&sendInitialEvents=true`);

    expect([status, body.reason]).toEqual([422, 'Invalid']);
  });

  it('sends bookmarks with the latest version if requested', async () => {
    const watch = await client.watch(
      `${CONFIG_MAPS}?watch=true&allowWatchBookmarks=true&resourceVersion=${await versionNow()}`,
    );
    const version = await versionNow();

    expect(await watch.next()).toMatchObject({ type: 'BOOKMARK', object: { metadata: { resourceVersion: version } } });
    watch.close();
  });

  it('ends cleanly after timeoutSeconds', async () => {
    const watch = await client.watch(
      `${CONFIG_MAPS}?watch=true&timeoutSeconds=1&resourceVersion=${await versionNow()}`,
    );

    expect(await watch.next()).toBeUndefined();
  });

  it('answers an expired version with ERROR 410 in a stream of status 200', async () => {
    const version = await versionNow();
    await client.post(CONFIG_MAPS, aConfigMap('busy'));
    for (let i = 0; i < 60; i += 1) await client.patch('merge', `${CONFIG_MAPS}/busy`, { data: { i: String(i) } });
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${version}`);
    const line = await watch.next();

    expect(line).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    expect(line?.object.message).toMatch(new RegExp(`^too old resource version: ${version} \\(\\d+\\)$`));
    expect(await watch.next()).toBeUndefined();
  });

  it('encodes events as tables, with columns only in the first one', async () => {
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true&labelSelector=app=table`, { accept: TABLE });
    await client.post(CONFIG_MAPS, labelled('t1', 'table'));
    await client.post(CONFIG_MAPS, labelled('t2', 'table'));
    const [first, second] = [await watch.next(), await watch.next()];

    expect(first?.object).toMatchObject({
      kind: 'Table',
      columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
      rows: [{ cells: ['t1', 0, '0s'], object: { kind: 'PartialObjectMetadata', metadata: { name: 't1' } } }],
    });
    expect(second?.object['columnDefinitions']).toBeNull();
    watch.close();
  });

  it('closes the connection of a client that does not read', async () => {
    const narrow = await startKubernetes({ watchBufferBytes: 1000 });
    const other = new Client(narrow.url);
    const watch = await other.watch(`${CONFIG_MAPS}?watch=true`);
    const big = { data: 'x'.repeat(500_000) };
    for (let i = 0; i < 30; i += 1) await other.post(CONFIG_MAPS, aConfigMap(`big-${i}`, big));

    await expect(watch.take(31)).rejects.toThrow('terminated');
    await narrow.stop();
  });
});
