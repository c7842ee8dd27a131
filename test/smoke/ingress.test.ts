/** Ingresses of the operator's own class. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { KubeObject } from '../support/kube-client.ts';
import { useWorld } from '../support/shared.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { ingress, service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { addressesOf, eventsAbout, gone, ready, recordAt, rulesOf } from '../support/world-views.ts';

const CATCH_ALL = { service: 'http_status:404' };
const HOST = 'app.example.com';

const world = useWorld({ cluster: startClusterWithNode });

beforeAll(async () => {
  await world.addNamespace('shop');
  await world.kube.create(
    tunnel('shop/home', { replicas: 1, domain: 'example.com' }, { 'cftunnel.io/is-default-tunnel': 'true' }),
  );
  for (const name of ['web', 'api']) {
    await world.kube.create(whoami(`shop/${name}`));
    await world.kube.create(withPods(service(`shop/${name}`, {}, [{ name: 'http', port: 80 }])));
  }
  await ready(world, 'shop/home');
});

// Invariant 49.
describe('an Ingress of our class', () => {
  beforeAll(async () => {
    await world.kube.create(ingress('shop/site', { [HOST]: { '/': 'web', '/api': 'api' } }));
    await published('shop/site');
  });

  it('gets rules, and one record', async () => {
    const { status } = await world.kube.get('Tunnel', 'shop/home');

    expect(await rulesOf(world, 'shop/home')).toEqual([
      { hostname: HOST, path: '^/api(/|$)', service: 'http://api.shop.svc:80' },
      { hostname: HOST, service: 'http://web.shop.svc:80' },
      CATCH_ALL,
    ]);
    expect(recordAt(world, HOST)?.content).toBe(status?.['target']);
  });

  it(
    `gets an answer from the Service of each path${NEEDS_NODE}`,
    onNode(async () => {
      await eventually(async () => expect(await answerTo('/')).toContain('web'));
      await eventually(async () => expect(await answerTo('/api')).toContain('api'));
    }),
  );

  it('names the tunnel in its status', async () => {
    const { status } = await world.kube.get('Tunnel', 'shop/home');

    expect(await addressesOf(world, 'shop/site')).toEqual([{ hostname: status?.['target'] }]);
  });

  it('costs no write at rest, and none after a restart', async () => {
    await world.settled();

    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
  });

  it('shares the rules of precedence with Services: the older one keeps the hostname', async () => {
    await world.kube.create(service('shop/young', { hostname: HOST }));

    await eventually(async () => {
      const young = await world.kube.get('Service', 'shop/young');
      expect(young.status?.conditions).toMatchObject([{ status: 'False', reason: 'HostnameConflict' }]);
      expect(young.status?.conditions?.[0]?.message).toContain('Ingress shop/site');
    });
    await world.kube.delete('Service', 'shop/young');
  });

  it('follows the port of a Service that it names', async () => {
    await world.kube.create(service('shop/moved', {}, [{ name: 'http', port: 80 }]));
    await world.kube.create(ingress('shop/named', { 'named.example.com': { '/': 'moved:http' } }));
    await eventually(async () => expect(await originOf('named.example.com')).toBe('http://moved.shop.svc:80'));

    await world.kube.patch('Service', 'shop/moved', { spec: { ports: [{ name: 'http', port: 8080 }] } });

    await eventually(async () => expect(await originOf('named.example.com')).toBe('http://moved.shop.svc:8080'));
    await world.kube.delete('Ingress', 'shop/named');
    await gone(world, 'Ingress', 'shop/named');
  });
});

describe('a path that cannot be served', () => {
  it('is told in an event, keeps its last good rule, and holds up no other', async () => {
    await world.kube.create(ingress('shop/mixed', { 'mixed.example.com': { '/a': 'web', '/b': 'web' } }));
    await eventually(async () => expect(await pathsOf('mixed.example.com')).toEqual(['^/a(/|$)', '^/b(/|$)']));

    await replaceRules('shop/mixed', { 'mixed.example.com': { '/a': 'absent', '/c': 'web' } });

    await eventually(async () => expect(await pathsOf('mixed.example.com')).toEqual(['^/a(/|$)', '^/c(/|$)']));
    await eventually(async () =>
      expect(await warningsAbout('shop/mixed')).toContainEqual(
        expect.stringMatching(/Service shop\/absent does not exist/),
      ),
    );
  });

  it('is served once its Service exists', async () => {
    await world.kube.create(service('shop/absent'));

    await eventually(async () => {
      const rules = await rulesOf(world, 'shop/home');
      expect(rules).toContainEqual({
        hostname: 'mixed.example.com',
        path: '^/a(/|$)',
        service: 'http://absent.shop.svc:80',
      });
    });
  });
});

describe('the default backend', () => {
  it('alone is served at a hostname below the domain of the Tunnel', async () => {
    await world.kube.create(ingress('shop/plain', {}, { defaultBackend: backendOf('web') }));

    await eventually(async () => expect(await originOf('plain.example.com')).toBe('http://web.shop.svc:80'));
  });
});

describe('an Ingress that is not ours any more', () => {
  it('loses its rules, record, address and finalizer', async () => {
    await world.kube.create(ingress('shop/leaving', { 'leaving.example.com': { '/': 'web' } }));
    await published('shop/leaving');

    await world.kube.patch('Ingress', 'shop/leaving', { spec: { ingressClassName: null } });

    await eventually(async () => {
      const { metadata } = await world.kube.get('Ingress', 'shop/leaving');
      expect(metadata.finalizers ?? []).toEqual([]);
      expect(await addressesOf(world, 'shop/leaving')).toEqual([]);
      expect(recordAt(world, 'leaving.example.com')).toBeUndefined();
      expect(await originOf('leaving.example.com')).toBeUndefined();
    });
  });

  it('stays published while its class does not exist', async () => {
    const { spec, metadata } = await world.kube.get('IngressClass', 'cftunnel');
    await world.kube.delete('IngressClass', 'cftunnel');
    await world.settled();

    expect(await originOf(HOST)).toBe('http://web.shop.svc:80');
    const { name, labels = {} } = metadata;
    await world.kube.create({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name, labels },
      ...(spec === undefined ? {} : { spec }),
    });
  });

  it('is gone with everything of it once it is deleted', async () => {
    await world.kube.delete('Ingress', 'shop/site');

    await gone(world, 'Ingress', 'shop/site');
    expect(recordAt(world, HOST)).toBeUndefined();
    await eventually(async () => expect(await originOf(HOST)).toBeUndefined());
  });
});

/** Resolves once the Ingress names a tunnel. */
function published(key: string): Promise<void> {
  return eventually(async () => expect(await addressesOf(world, key)).toHaveLength(1));
}

/** The first line that the web server behind a path answers, which is the name of its pod. */
async function answerTo(path: string): Promise<string> {
  const { status, body } = await world.edge.get(HOST, path);
  expect(status).toBe(200);
  return body.split('\n')[0] ?? '';
}

/** Where every path that no other rule names leads to. */
async function originOf(hostname: string): Promise<string | undefined> {
  const rules = await rulesOf(world, 'shop/home');
  return rules.find((rule) => rule.hostname === hostname && rule.path === undefined)?.service;
}

/** In alphabetical order. */
async function pathsOf(hostname: string): Promise<readonly unknown[]> {
  const rules = await rulesOf(world, 'shop/home');
  return rules
    .flatMap((rule) => (rule.hostname === hostname ? [rule.path] : []))
    .toSorted((a = '', b = '') => a.localeCompare(b));
}

async function warningsAbout(key: string): Promise<readonly unknown[]> {
  const events = await eventsAbout(world, 'Ingress', key);
  return events.filter(({ type }) => type === 'Warning').map(({ message }) => message);
}

function replaceRules(key: string, rules: Parameters<typeof ingress>[1]): Promise<KubeObject> {
  return world.kube.patch('Ingress', key, { spec: { rules: ingress(key, rules).spec?.['rules'] } });
}

function backendOf(name: string) {
  return { service: { name, port: { number: 80 } } };
}
