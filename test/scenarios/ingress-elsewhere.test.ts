/** Ingresses of another controller that are to be public through a Tunnel, as those of ingress-nginx. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findCloudflared } from 'cftunnel-sandbox/connector/find-cloudflared';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { KubeObject } from '../support/kube-client.ts';
import { useWorld } from '../support/shared.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { controller, ingress, secret, tunnel } from '../support/world-objects.ts';
import { addressesOf, eventsAbout, gone, ready, recordAt, rulesOf } from '../support/world-views.ts';
import { certificateIn } from './example.ts';

const HOST = 'app.example.com';
const CONTROLLER = 'ingress-nginx/controller';
const ORIGIN = 'http://controller.ingress-nginx.svc:80';

/** Where its controller can be reached. */
const ADDRESS = [{ ip: '203.0.113.10' }];

const hasBuiltIn = findCloudflared(process.env) === undefined && NEEDS_NODE === '';
const describeWithBuiltIn = hasBuiltIn ? describe : describe.skip;
/** The sandbox leads the real one through a proxy, and cloudflared dials with that name only without one. */
const ONLY_BUILT_IN = hasBuiltIn ? '' : ' (LEFT OUT: needs the built-in connector, on a node)';

const world = useWorld({ cluster: startClusterWithNode });

beforeAll(async () => {
  await world.addNamespace('shop');
  for (const object of controller(CONTROLLER, 'nginx')) await world.kube.create(object);
  await world.kube.patch('Service', CONTROLLER, { spec: { type: 'LoadBalancer' } });
  await world.kube.patchStatus('Service', CONTROLLER, { status: { loadBalancer: { ingress: ADDRESS } } });
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
  await ready(world, 'shop/home');
});

// Invariant 16.
describe('an Ingress of another controller', () => {
  it('waits for the address of its controller, and says so', async () => {
    await world.kube.create(ofNginx('shop/site', HOST));

    await eventually(async () =>
      expect(await warningsAbout('shop/site')).toContainEqual(
        expect.stringMatching(/Its status names no address yet.*spec\.origin/),
      ),
    );
    expect((await world.kube.get('Ingress', 'shop/site')).metadata.finalizers ?? []).toEqual([]);
  });

  it('leads to the Service at that address, whatever its paths', async () => {
    await answersAt('shop/site', ADDRESS);

    await eventually(async () => expect(await rulesAt(HOST)).toEqual([{ hostname: HOST, service: ORIGIN }]));
    await eventually(() => expect(recordAt(world, HOST)).toBeDefined());
  });

  it(
    `gets the hostname that the visitor asked for${NEEDS_NODE}`,
    onNode(async () => {
      await eventually(async () => {
        const { status, body } = await world.edge.get(HOST, '/any/path');
        expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining(`\nHost: ${HOST}\n`) });
        expect(body).toMatch(/^Hostname: controller-/);
      });
    }),
  );

  it('keeps the status of its controller, and costs no write at rest', async () => {
    await world.settled();

    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
    expect(await addressesOf(world, 'shop/site')).toEqual(ADDRESS);
  });

  it('stays published while its controller restarts and has taken its address away', async () => {
    await answersAt('shop/site', []);
    await world.settled();

    expect(await rulesAt(HOST)).toEqual([{ hostname: HOST, service: ORIGIN }]);
    await answersAt('shop/site', ADDRESS);
  });

  it('may not name a Service of another namespace that the Tunnel does not name', async () => {
    await world.kube.create(ofNginx('shop/thief', 'thief.example.com', { origin: 'kube-system/metrics:80' }));

    await eventually(async () =>
      expect(await warningsAbout('shop/thief')).toContainEqual(
        expect.stringMatching(
          /kube-system\/metrics is in another namespace, and only spec\.origin of Tunnel shop\/home/,
        ),
      ),
    );
    expect(await rulesAt('thief.example.com')).toEqual([]);
    await world.kube.delete('Ingress', 'shop/thief');
  });

  it('leads to the Service that the Tunnel names, without an address', async () => {
    await world.kube.create(ofNginx('shop/fresh', 'fresh.example.com'));
    await world.kube.patch('Tunnel', 'shop/home', { spec: { origin: `${CONTROLLER}:http` } });

    await eventually(async () =>
      expect(await rulesAt('fresh.example.com')).toEqual([{ hostname: 'fresh.example.com', service: ORIGIN }]),
    );
    await world.kube.delete('Ingress', 'shop/fresh');
    await gone(world, 'Ingress', 'shop/fresh');
  });

  it('whose annotation is removed loses rule, record and finalizer, and nothing else', async () => {
    await world.kube.annotate('Ingress', 'shop/site', { 'cftunnel.io/tunnel': null });

    await eventually(async () => {
      const { metadata } = await world.kube.get('Ingress', 'shop/site');
      expect(metadata.finalizers ?? []).toEqual([]);
      expect(recordAt(world, HOST)).toBeUndefined();
      expect(await rulesAt(HOST)).toEqual([]);
    });
    expect(await addressesOf(world, 'shop/site')).toEqual(ADDRESS);
  });
});

describe('an Ingress with a wildcard, whose controller has a certificate', () => {
  const CERTIFICATE = certificateIn('16-traefik');

  it('gets a rule that takes the name for TLS from each request', async () => {
    for (const object of controller('traefik/traefik', 'traefik', CERTIFICATE)) await world.kube.create(object);
    await world.kube.create(secret('shop/certificate', CERTIFICATE));
    await world.kube.create(tunnel('shop/secure', { replicas: 1, origin: 'traefik/traefik:websecure' }));
    const asks = { tunnel: 'secure', 'origin-ca-pool': 'certificate/tls.crt' };
    await world.kube.create(
      ingress('shop/any', { '*.example.com': { '/': 'web' } }, { ingressClassName: 'traefik' }, asks),
    );

    await eventually(async () =>
      expect((await rulesOf(world, 'shop/secure'))[0]).toMatchObject({
        hostname: '*.example.com',
        service: 'https://traefik.traefik.svc:443',
        originRequest: { matchSNItoHost: true },
      }),
    );
  });

  describeWithBuiltIn(`in its answers${ONLY_BUILT_IN}`, () => {
    it('is served at a name that the certificate of its controller covers', async () => {
      await eventually(async () =>
        expect((await world.edge.get('orders.example.com')).body).toMatch(/^Hostname: traefik-/),
      );
    });
  });
});

/** Two paths, which only its controller knows. */
function ofNginx(key: string, host: string, asks: Readonly<Record<string, string>> = {}): KubeObject {
  const paths = { '/': 'web', '/api': 'api' };
  return ingress(key, { [host]: paths }, { ingressClassName: 'nginx' }, { tunnel: 'home', ...asks });
}

/** What the controller writes into the status. */
function answersAt(key: string, addresses: readonly unknown[]): Promise<KubeObject> {
  return world.kube.patchStatus('Ingress', key, { status: { loadBalancer: { ingress: addresses } } });
}

async function rulesAt(host: string): Promise<readonly unknown[]> {
  return (await rulesOf(world, 'shop/home')).filter(({ hostname }) => hostname === host);
}

async function warningsAbout(key: string): Promise<readonly unknown[]> {
  const events = await eventsAbout(world, 'Ingress', key);
  return events.filter(({ type }) => type === 'Warning').map(({ message }) => message);
}
