/** Services that share a hostname, path by path. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { service, tunnel } from '../support/world-objects.ts';
import { EXPOSED, becomes, eventsAbout, ready, recordAt, rulesOf, unexposed, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const world = useWorld();

beforeAll(async () => {
  await world.addNamespace('shop');
  await world.addNamespace('blog');
  await world.kube.create(tunnel('shop/home', { replicas: 1, allowedRoutes: { namespaces: { from: 'All' } } }));
  await ready(world, 'shop/home');
});

describe('a hostname with several paths', () => {
  const hostname = 'app.example.com';

  beforeAll(async () => {
    await world.kube.create(service('shop/web', { tunnel: 'home', hostname }));
    await isExposed('shop/web', 'https://app.example.com');
    await world.kube.create(service('shop/api', { tunnel: 'home', hostname, path: '/api' }));
    await isExposed('shop/api', 'https://app.example.com/api');
  });

  it('has the rule of the longer path first, and one record', async () => {
    expect((await rulesOf(world, 'shop/home')).slice(0, 2)).toEqual([
      { hostname, path: '^/api(/|$)', service: 'http://api.shop.svc:80' },
      { hostname, service: 'http://web.shop.svc:80' },
    ]);
    expect(world.cloudflare.admin.records('example.com').filter(({ name }) => name === hostname)).toHaveLength(1);
  });

  it('refuses a path of another namespace', async () => {
    await world.kube.create(service('blog/login', { tunnel: 'shop/home', hostname, path: '/login' }));

    await refused(world, 'blog/login', 'HostnameConflict', /app\.example\.com belongs to Service shop\/(api|web)/);
    const paths = (await rulesOf(world, 'shop/home')).map((rule) => Reflect.get(rule, 'path'));
    expect(paths).not.toContain('^/login(/|$)');
  });

  it('keeps the live path when its Service gets an invalid edit, and reports both', async () => {
    await world.kube.annotate('Service', 'shop/api', { 'cftunnel.io/path': 'api' });

    await refused(
      world,
      'shop/api',
      'InvalidAnnotation',
      /must begin with \/ \(still served: https:\/\/app\.example\.com\/api\)/,
    );
    expect(await rulesOf(world, 'shop/home')).toContainEqual(expect.objectContaining({ path: '^/api(/|$)' }));
    await world.kube.annotate('Service', 'shop/api', { 'cftunnel.io/path': '/api' });
    await isExposed('shop/api', 'https://app.example.com/api');
  });

  it('gives a path to the next claimant when its Service is deleted, and keeps the record', async () => {
    const record = recordAt(world, hostname);
    await world.kube.create(service('shop/heir', { tunnel: 'home', hostname, path: '/api' }));
    await refused(world, 'shop/heir', 'HostnameConflict');

    await world.kube.delete('Service', 'shop/api');

    await isExposed('shop/heir', 'https://app.example.com/api');
    expect(recordAt(world, hostname)).toEqual(record);
  });

  it('loses only the path that a Service no longer requests', async () => {
    await world.kube.annotate('Service', 'shop/heir', {
      'cftunnel.io/tunnel': null,
      'cftunnel.io/hostname': null,
      'cftunnel.io/path': null,
    });

    await unexposed(world, 'shop/heir');
    const rules = (await rulesOf(world, 'shop/home')).filter((rule) => rule.hostname === hostname);
    expect(rules).toEqual([{ hostname, service: 'http://web.shop.svc:80' }]);
    expect(recordAt(world, hostname)).toBeDefined();
  });
});

it('annotations of another operator work, and an event names their replacements', async () => {
  const moved = service('shop/moved');
  const annotations = { 'cfargotunnel.com/tunnel': 'home', 'cfargotunnel.com/fqdn': 'moved.example.com' };
  await world.kube.create({ ...moved, metadata: { ...moved.metadata, annotations } });

  await isExposed('shop/moved', 'https://moved.example.com; cfargotunnel.com/tunnel is read as cftunnel.io/tunnel');
  await eventually(async () => {
    const told = (await eventsAbout(world, 'Service', 'shop/moved')).filter(({ reason }) => reason === 'AliasRead');
    expect(told.map(({ type }) => type)).toEqual(['Normal', 'Normal']);
  });
});

async function isExposed(key: string, beginning: string): Promise<void> {
  const message = new RegExp(`^${beginning.replaceAll(/[.*+()[\]^]/g, String.raw`\$&`)}`);
  await becomes(world, ['Service', key], EXPOSED, { status: 'True', reason: 'Exposed', message });
}
