import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeObject, ResourceRef } from '../../src/kubernetes/api.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { ApiError } from '../../src/kubernetes/status-error.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aConfigMap, aDefinition, CONFIG_MAPS, DEFINITIONS, objectOf } from '../support/objects.ts';

const maps: ResourceRef = { group: '', version: 'v1', plural: 'configmaps' };
const namespaces: ResourceRef = { group: '', version: 'v1', plural: 'namespaces' };

let sandbox: KubernetesSandbox;

beforeEach(async () => {
  sandbox = await startKubernetes();
});
afterEach(() => sandbox.stop());

function inDefault(name: string): KubeObject {
  return aConfigMap(name, {}, { namespace: 'default' }) as unknown as KubeObject;
}

describe('the API in process', () => {
  it('reads and writes the same objects as HTTP', async () => {
    sandbox.api.create(maps, inDefault('a'));
    const overHttp = await new Client(sandbox.url).get(`${CONFIG_MAPS}/a`);

    expect(overHttp.body).toEqual(sandbox.api.get(maps, 'default', 'a'));
    expect(sandbox.api.list(maps, 'default').map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(sandbox.calls.writes()).toEqual([]);
  });

  it('returns objects that nobody can change', () => {
    const created = sandbox.api.create(maps, inDefault('a'));
    const read = sandbox.api.get(maps, 'default', 'a');

    expect(() => (created.metadata.name = 'spoiled')).toThrow(TypeError);
    expect(() => (read!.metadata.labels = { spoiled: 'yes' })).toThrow(TypeError);
    expect(read?.metadata.name).toBe('a');
  });

  it('throws the errors of the HTTP API', () => {
    const stale = sandbox.api.create(maps, inDefault('a'));
    sandbox.api.update(maps, { ...stale, data: { a: '1' } });

    expect(() => sandbox.api.update(maps, { ...stale, data: { a: '2' } })).toThrow(
      expect.objectContaining({ code: 409 }),
    );
    expect(() => sandbox.api.create(maps, inDefault('a'))).toThrow(ApiError);
    expect(() => sandbox.api.delete(maps, 'default', 'a', { uid: 'other' })).toThrow(
      expect.objectContaining({ code: 409 }),
    );
    expect(() => sandbox.api.list({ ...maps, plural: 'nope' })).toThrow(expect.objectContaining({ code: 404 }));
    expect(sandbox.api.get(maps, 'default', 'nope')).toBeUndefined();
  });

  it('never calls a watcher during the write', async () => {
    sandbox.api.create(maps, inDefault('before'));
    const seen: string[] = [];
    const arrived = Promise.withResolvers<void>();
    const end = sandbox.api.watch(maps, (type, { metadata }) => {
      seen.push(`${type} ${metadata.name}`);
      if (type === 'DELETED') arrived.resolve();
    });
    sandbox.api.create(maps, inDefault('after'));
    sandbox.api.delete(maps, 'default', 'before');
    const seenInside = [...seen];
    await arrived.promise;
    end();

    expect(seenInside).toEqual([]);
    expect(seen).toEqual(['ADDED before', 'ADDED after', 'DELETED before']);
  });

  it('finalizes namespaces', () => {
    sandbox.api.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } });
    sandbox.api.delete(namespaces, undefined, 'x');
    const terminating = sandbox.api.get(namespaces, undefined, 'x') as KubeObject;
    sandbox.api.update({ ...namespaces, plural: 'namespaces/finalize' }, { ...terminating, spec: { finalizers: [] } });

    expect(terminating['status']).toEqual({ phase: 'Terminating' });
    expect(sandbox.api.get(namespaces, undefined, 'x')).toBeUndefined();
  });

  it('reports the served resources, each once, and their changes', async () => {
    const heard: string[][] = [];
    const end = sandbox.api.onResources((resources) =>
      heard.push(resources.map(({ group, plural }) => `${group}/${plural}`)),
    );
    await new Client(sandbox.url).post(DEFINITIONS, aDefinition(objectOf({})));
    end();

    expect(heard[0]).toEqual(expect.arrayContaining(['/configmaps', 'apps/deployments', '/events']));
    expect(heard[0]).not.toContain('events.k8s.io/events');
    expect(heard.at(-1)).toContain('example.org/tunnels');
  });
});
