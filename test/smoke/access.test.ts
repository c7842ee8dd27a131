/** Hostnames and paths that only some may enter, from the annotation to the edge. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { visit } from 'cftunnel-sandbox/testing/visit';
import { useWorld } from '../support/shared.ts';
import { NO_WRITES } from '../support/world-activity.ts';
import { NEEDS_NODE, onNode } from '../support/world-needs.ts';
import { accessPolicy, service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { exposed, gone, ready, refused, rulesOf } from '../support/world-views.ts';

const world = useWorld({ cluster: startClusterWithNode });

const STAFF = { decision: 'Allow', include: [{ emailDomain: 'example.com' }] };
const ADMINS = { decision: 'Allow', include: [{ email: 'ann@example.com' }] };

/** Signed in nobody, or redirected to the page where visitors sign in. */
const CLOSED = 302;

beforeAll(async () => {
  for (const name of ['shop', 'blog']) await world.addNamespace(name);
  await world.kube.create(accessPolicy('shop/staff', STAFF));
  await world.kube.create(accessPolicy('shop/admins', ADMINS));
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
  for (const name of ['web', 'api', 'admin', 'open']) await world.kube.create(whoami(`shop/${name}`));
  await ready(world, 'shop/home');
});

function ask(name: string, hostname: string, asks: Readonly<Record<string, string>> = {}): Promise<unknown> {
  return world.kube.create(withPods(service(`shop/${name}`, { tunnel: 'home', hostname, ...asks })));
}

/** The domains of all applications, with the number of their policies. */
function applications(): Readonly<Record<string, number>> {
  const { admin, accountId } = world.cloudflare;
  const all = admin.access.applications(accountId);
  return Object.fromEntries(all.map(({ domain = '', policies }) => [domain, policies.length]));
}

/** The audiences that the rules of a hostname ask for, by path. */
async function checks(hostname: string): Promise<Readonly<Record<string, boolean>>> {
  const rules = (await rulesOf(world, 'shop/home')).filter((rule) => rule.hostname === hostname);
  return Object.fromEntries(
    rules.map(({ path = '', originRequest }) => [path, (originRequest as { access?: unknown })?.access !== undefined]),
  );
}

async function statusOf(hostname: string, path = '/'): Promise<number> {
  return (await visit(world.edge.url, hostname, path)).status;
}

// Invariant 57.
describe('a hostname with paths of their own', () => {
  const HOST = 'app.example.com';

  it('has an application for each, and one for everyone where a path is open', async () => {
    await ask('web', HOST, { access: 'staff' });
    await ask('api', HOST, { path: '/api', access: 'none' });
    await ask('admin', HOST, { path: '/admin', access: 'admins,staff' });

    await exposed(world, 'shop/web', [HOST]);
    await exposed(world, 'shop/api', [`${HOST}/api`]);
    await exposed(world, 'shop/admin', [`${HOST}/admin`]);

    expect(applications()).toEqual({ [HOST]: 1, [`${HOST}/api`]: 1, [`${HOST}/admin`]: 2 });
    expect(await checks(HOST)).toEqual({ '': true, '^/api(/|$)': false, '^/admin(/|$)': true });
  });

  it(
    `lets in nobody who has not signed in, except where it is open${NEEDS_NODE}`,
    onNode(async () => {
      await eventually(async () => expect(await statusOf(HOST, '/api/x')).toBe(200));
      expect(await statusOf(HOST)).toBe(CLOSED);
      expect(await statusOf(HOST, '/admin')).toBe(CLOSED);
      expect(await statusOf(HOST, '/apiary')).toBe(CLOSED);
    }),
  );

  it('costs nothing at rest, nor after a restart', async () => {
    await world.settled();

    expect(await world.writesAfterRestart()).toEqual(NO_WRITES);
  });

  it('leaves nothing behind', async () => {
    for (const name of ['web', 'api', 'admin']) await world.kube.delete('Service', `shop/${name}`);
    for (const name of ['web', 'api', 'admin']) await gone(world, 'Service', `shop/${name}`);

    await eventually(() => expect(applications()).toEqual({}));
    await world.settled();
    expect(await rulesOf(world, 'shop/home')).toHaveLength(1);
  });
});

describe('a policy that is not there', () => {
  const HOST = 'later.example.com';

  it('keeps a hostname from being published until it is', async () => {
    await ask('web', HOST, { access: 'later' });
    await refused(world, 'shop/web', 'AccessNotReady', /AccessPolicy shop\/later does not exist/);
    expect(world.cloudflare.admin.records('example.com').filter(({ name }) => name === HOST)).toEqual([]);

    await world.kube.create(accessPolicy('shop/later', STAFF));

    await exposed(world, 'shop/web', [HOST]);
    expect(await checks(HOST)).toEqual({ '': true });
  });

  it('of another namespace may be used only if that permits it', async () => {
    await world.kube.create(accessPolicy('blog/readers', STAFF));
    await world.kube.annotate('Service', 'shop/web', { 'cftunnel.io/access': 'blog/readers' });

    await refused(world, 'shop/web', 'NotAllowed', /ReferenceGrant in namespace blog/);
    expect(await checks(HOST)).toEqual({ '': true });
    await world.kube.annotate('Service', 'shop/web', { 'cftunnel.io/access': 'later' });
    await exposed(world, 'shop/web', [HOST]);
  });
});

describe('an application that somebody else has made', () => {
  const HOST = 'foreign.example.com';

  it('is never changed, and its hostname is not published', async () => {
    const body = { type: 'self_hosted', name: 'Payroll', domain: HOST };
    const path = `/accounts/${world.cloudflare.accountId}/access/apps`;
    await world.cloudflare.ask(path, { method: 'POST', body });
    await ask('api', HOST, { access: 'staff' });

    await refused(world, 'shop/api', 'AccessConflict', /Access application "Payroll" has the same hostname and path/);
    expect(applications()).toMatchObject({ [HOST]: 0 });
    await world.kube.delete('Service', 'shop/api');
  });
});

describe('a Tunnel that requires Access', () => {
  it('publishes nothing without it, whatever a Service says', async () => {
    await world.kube.patch('Tunnel', 'shop/home', { spec: { access: { required: true } } });
    await ask('open', 'open.example.com', { access: 'none' });
    await refused(world, 'shop/open', 'AccessRequired', /requires Access/);

    await world.kube.patch('Tunnel', 'shop/home', { spec: { access: { policies: ['staff'] } } });
    await world.kube.annotate('Service', 'shop/open', { 'cftunnel.io/access': null });

    await exposed(world, 'shop/open', ['open.example.com']);
    expect(await checks('open.example.com')).toEqual({ '': true });
  });

  it('takes its applications with it', async () => {
    await world.kube.delete('Tunnel', 'shop/home');

    await gone(world, 'Tunnel', 'shop/home');
    expect(Object.keys(applications())).toEqual(['foreign.example.com']);
  });
});
