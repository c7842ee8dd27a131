import { describe, expect, it } from '@jest/globals';
import { KubernetesObjects } from '../../../src/adapters/kubernetes/objects.ts';
import { reconcileCaPool } from '../../../src/controllers/ca-pool/reconcile.ts';
import type { CaPool } from '../../../src/core/ca-pool/pool.ts';
import { aRestClient } from '../../support/a-rest-client.ts';
import { failure, json } from '../../support/answers.ts';
import { aConfigMap, aSecret } from '../../support/builders.ts';
import { aServer } from '../../support/loopback-server.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const CONFIG_MAP = 'GET /api/v1/namespaces/shop/configmaps/ca';
const SECRET = 'GET /api/v1/namespaces/shop/secrets/ca';
const PASS = { signal: new AbortController().signal, failures: 0, isRetry: false };
const FOUND = { pem: CERTIFICATE, fingerprint: 'f1' };

/** The controller on an API server that holds nothing, until it is scripted. */
async function aPoolWorld(asked: readonly string[] = ['shop/ca']) {
  const server = await aServer();
  const pools = new Map<string, CaPool>();
  const told: number[] = [];
  const context = {
    driftIntervalMs: 600_000,
    objects: new KubernetesObjects(aRestClient(server.url), () => undefined),
    isAsked: (reference: string) => asked.includes(reference),
    pools,
    routingChanged: () => void told.push(pools.size),
    isCertificate: () => true,
    fingerprint: () => 'f1',
  };
  const look = () => reconcileCaPool(context, 'shop/ca', PASS);
  return { server, pools, told, look };
}

describe('reconcileCaPool', () => {
  it('finds a ConfigMap by one read of its name, and tells the routing once', async () => {
    const { server, pools, told, look } = await aPoolWorld();
    server.on(CONFIG_MAP, json(aConfigMap('shop/ca', { 'ca.crt': CERTIFICATE })));

    const outcome = await look();
    await look();

    expect(pools.get('shop/ca')).toEqual(FOUND);
    expect(told).toHaveLength(1);
    expect(outcome.recheckAfterMs).toBe(10_000);
    expect(server.requests(CONFIG_MAP).entries).toHaveLength(2);
    expect(server.requests(SECRET).entries).toEqual([]);
  });

  it('looks for a Secret where there is no ConfigMap', async () => {
    const { server, pools, look } = await aPoolWorld();
    server.on(SECRET, json(aSecret('shop/ca', { 'ca.crt': CERTIFICATE })));

    await look();

    expect(pools.get('shop/ca')).toEqual(FOUND);
  });

  it('tells when what was there has gone', async () => {
    const { server, pools, told, look } = await aPoolWorld();
    server.on(CONFIG_MAP, json(aConfigMap('shop/ca', { 'ca.crt': CERTIFICATE })), failure(404, 'NotFound', 'gone'));

    await look();
    await look();

    expect(pools.get('shop/ca')).toEqual({ problem: expect.stringContaining('neither a ConfigMap nor a Secret') });
    expect(told).toHaveLength(2);
  });

  it('keeps what was known while the API server fails, and tells nobody', async () => {
    const { server, pools, told, look } = await aPoolWorld();
    server.on(CONFIG_MAP, json(aConfigMap('shop/ca', { 'ca.crt': CERTIFICATE })), failure(500, 'Internal', 'no'));

    await look();
    const outcome = await look();

    expect(pools.get('shop/ca')).toEqual(FOUND);
    expect(told).toHaveLength(1);
    expect(outcome.failures).toMatchObject([{ disposition: 'retry' }]);
  });

  it('says so when the operator may not look', async () => {
    const { server, pools, look } = await aPoolWorld();
    server.on(CONFIG_MAP, failure(404, 'NotFound', 'none'));
    server.on(SECRET, failure(403, 'Forbidden', 'secrets "ca" is forbidden'));

    await look();

    expect(pools.get('shop/ca')).toEqual({ problem: 'Cannot read Secret shop/ca: secrets "ca" is forbidden' });
  });

  it('reads nothing, and forgets, once nobody asks any more', async () => {
    const { server, pools, look } = await aPoolWorld([]);
    pools.set('shop/ca', FOUND);

    await expect(look()).resolves.toEqual({});
    expect(pools.size).toBe(0);
    expect(server.requests(CONFIG_MAP).entries).toEqual([]);
  });
});
