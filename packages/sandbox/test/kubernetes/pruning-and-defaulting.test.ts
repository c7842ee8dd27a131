import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aDefinition, aTunnel, DEFINITIONS, objectOf, TUNNELS } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeEach(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterEach(() => sandbox.stop());

describe('pruning', () => {
  const spec = objectOf({
    known: { type: 'string' },
    free: objectOf({ inner: objectOf({}) }, { 'x-kubernetes-preserve-unknown-fields': true }),
    map: { type: 'object', additionalProperties: objectOf({ a: { type: 'string' } }) },
    list: { type: 'array', items: objectOf({ a: { type: 'string' } }) },
    pod: objectOf({ spec: objectOf({}) }, { 'x-kubernetes-embedded-resource': true }),
  });

  it('removes unspecified fields at any depth', async () => {
    await client.define(spec);
    const { body } = await client.post(
      TUNNELS,
      aTunnel('a', {
        known: 'k',
        bogus: 1,
        free: { any: 1, inner: { bogus: 1 } },
        map: { x: { a: '1', bogus: 1 } },
        list: [{ a: '1', bogus: 1 }],
        pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, bogus: 1 },
      }),
    );

    expect(body['spec']).toEqual({
      known: 'k',
      free: { any: 1, inner: {} },
      map: { x: { a: '1' } },
      list: [{ a: '1' }],
      pod: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } },
    });
  });

  it('rejects, reports or ignores unknown fields as the client requests', async () => {
    await client.define(spec);
    const body = aTunnel('a', { bogus: 1, list: [{ b: 1 }] });
    const strict = await client.post(`${TUNNELS}?fieldValidation=Strict`, body);
    const warned = await client.post(`${TUNNELS}?dryRun=All`, body);
    const ignored = await client.post(`${TUNNELS}?dryRun=All&fieldValidation=Ignore`, body);

    expect(strict.body.message).toBe(
      'Tunnel in version "v1" cannot be handled as a Tunnel: strict decoding error: unknown field "spec.bogus", unknown field "spec.list[0].b"',
    );
    expect(warned.headers.get('warning')).toContain('299 - "unknown field \\"spec.bogus\\""');
    expect([ignored.status, ignored.headers.get('warning')]).toEqual([201, null]);
  });
});

describe('defaulting', () => {
  it('fills in nested defaults and treats a null that is not allowed as absent', async () => {
    await client.define(
      objectOf({
        mode: { type: 'string', default: 'A' },
        dns: { ...objectOf({ proxied: { type: 'boolean', default: true } }), default: {} },
        list: { type: 'array', items: objectOf({ n: { type: 'integer', default: 1 } }) },
        empty: { type: 'string', nullable: true, default: 'x' },
      }),
    );
    const { body } = await client.post(TUNNELS, aTunnel('a', { mode: null, list: [{}], empty: null }));

    expect(body['spec']).toEqual({ mode: 'A', dns: { proxied: true }, list: [{ n: 1 }], empty: null });
  });

  it('applies to objects that were stored before the default existed', async () => {
    await client.define(objectOf({}));
    await client.post(TUNNELS, aTunnel('old'));
    const { body: definition } = await client.get(`${DEFINITIONS}/tunnels.example.org`);
    const young = aDefinition(objectOf({ mode: { type: 'string', default: 'A' } }));
    await client.put(`${DEFINITIONS}/tunnels.example.org`, { ...young, metadata: definition.metadata });
    const read = await client.get(`${TUNNELS}/old`);
    const list = await client.get(TUNNELS);

    expect(read.body['spec']).toEqual({ mode: 'A' });
    expect(list.body.items[0]?.['spec']).toEqual({ mode: 'A' });
  });
});
