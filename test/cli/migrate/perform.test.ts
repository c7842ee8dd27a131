/** Steps that an interrupted run has left half done. */
import { describe, expect, it } from '@jest/globals';
import { AnyObjects } from '../../../src/adapters/kubernetes/any-objects.ts';
import { performStep } from '../../../src/cli/command/migrate/perform.ts';
import { aRestClient } from '../../support/a-rest-client.ts';
import { failure, hangUp, json } from '../../support/answers.ts';
import { type LoopbackServer, aServer } from '../../support/loopback-server.ts';

const DEPLOYMENT = '/apis/apps/v1/namespaces/theirs/deployments/controller';
const PODS = '/api/v1/namespaces/theirs/pods';
const TUNNEL = '/apis/cftunnel.io/v1alpha1/namespaces/shop/tunnels/home';
const RULES = [{ service: 'shop/web', hostname: 'app.example.com', path: undefined }];

function contextOf(server: LoopbackServer) {
  return {
    io: { nowMs: () => Date.now(), pause: () => new Promise<void>(setImmediate) },
    timeoutMs: 60_000,
    objects: new AnyObjects(aRestClient(server.url), 'test'),
    removeRecords: () => Promise.resolve(0),
  };
}

function deployment(replicas: number): object {
  return {
    metadata: { namespace: 'theirs', name: 'controller' },
    spec: { replicas, selector: { matchLabels: { app: 'c' } } },
  };
}

const pods = (...names: readonly string[]): object => ({
  metadata: {},
  items: names.map((name) => ({ metadata: { name } })),
});

describe('stopping a Deployment', () => {
  const step = { kind: 'stop controller', deployment: 'theirs/controller' } as const;

  it('scales it to zero, and lasts until its last pod is gone, even if the API server is away meanwhile', async () => {
    const server = await aServer();
    server.on(`GET ${DEPLOYMENT}`, json(deployment(2)));
    server.on(`PATCH ${DEPLOYMENT}`, json({}));
    server.on(`GET ${PODS}`, json(pods('a', 'b')), hangUp, failure(503, '', 'starting'), json(pods('b')), json(pods()));

    expect(await performStep(contextOf(server), step)).toBe(true);

    expect(server.requests(`GET ${PODS}`).entries).toHaveLength(5);
    expect(server.requests(`PATCH ${DEPLOYMENT}`).entries.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { metadata: { annotations: { 'cftunnel.io/replicas-before-migration': '2' } }, spec: { replicas: 0 } },
    ]);
  });

  it('waits for the pods of one that is scaled to zero already, and changes nothing', async () => {
    const server = await aServer();
    server.on(`GET ${DEPLOYMENT}`, json(deployment(0)));
    server.on(`GET ${PODS}`, json(pods('a')), json(pods()));

    expect(await performStep(contextOf(server), step)).toBe(false);

    expect(server.requests(`GET ${PODS}`).entries).toHaveLength(2);
  });
});

function tunnel(existing: readonly string[], spec: object): object {
  return { metadata: { namespace: 'shop', name: 'home' }, spec, status: { config: { existingRules: existing } } };
}

describe('replacing the rules at Cloudflare', () => {
  it('goes on where a run has ended, and takes the permission back', async () => {
    const server = await aServer();
    const spec = { existingRules: 'Replace' };
    server.on(`GET ${TUNNEL}`, json(tunnel(['a'], spec)), json(tunnel(['a'], spec)), json(tunnel([], spec)));
    server.on(`PATCH ${TUNNEL}`, json({}));

    expect(await performStep(contextOf(server), { kind: 'take over rules', tunnel: 'shop/home', rules: RULES })).toBe(
      true,
    );

    expect(server.requests(`PATCH ${TUNNEL}`).entries.map(({ body }) => body)).toEqual([
      '{"spec":{"existingRules":null}}',
    ]);
  });
});
