import { beforeAll, describe, expect, it } from '@jest/globals';
import { secret, service, tunnel } from '../support/world-objects.ts';
import { becomes, exposed, recordAt, rulesOf, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

/** Invalid edits of a live Service. Keys have no prefix, and `null` removes one. */
const EDITS = [
  { name: 'bad-hostname', edit: { hostname: 'not a hostname' }, reason: 'InvalidAnnotation' },
  { name: 'one-bad-of-two', edit: { hostname: 'fine.example.com, b@d' }, reason: 'InvalidAnnotation' },
  { name: 'misspelt-key', edit: { prot: 'https' }, reason: 'InvalidAnnotation' },
  { name: 'bad-protocol', edit: { protocol: 'gopher' }, reason: 'InvalidAnnotation' },
  { name: 'missing-port', edit: { port: '8080' }, reason: 'PortNotFound' },
  { name: 'missing-tunnel', edit: { tunnel: 'nowhere' }, reason: 'TunnelNotFound' },
] as const;

const AS_BEFORE = { hasRule: true, mark: 'cftunnel.io owner=test/<namespace>/home' };

const world = useWorld();

beforeAll(async () => {
  await world.addNamespace('live');
  await world.kube.create(tunnel('live/home', { replicas: 1 }));
  await world.addNamespace('locked');
  await world.kube.create(tunnel('locked/home', { replicas: 1 }));
  await expose('locked', 'web');
  await Promise.all(EDITS.map(({ name }) => expose('live', name)));
});

// Invariant 9.
describe('an invalid edit of a live Service', () => {
  beforeAll(async () => {
    // Secrets are read every 10 s, so the result is checked at the end.
    await world.kube.delete('Secret', 'locked/cloudflare');
    await Promise.all(EDITS.map(({ name, edit }) => world.kube.annotate('Service', `live/${name}`, prefixed(edit))));
    await Promise.all(EDITS.map(({ name, reason }) => tellsStillServed(name, reason)));
    await world.settled();
  });

  it.each(EDITS)('keeps rule and record: $name', async ({ name }) => {
    expect(await servedAs('live', name)).toEqual(AS_BEFORE);
  });

  describe('and then a restart of the operator', () => {
    beforeAll(async () => {
      await world.writesAfterRestart();
    });

    it.each(EDITS)('keeps rule and record: $name', async ({ name, reason }) => {
      await tellsStillServed(name, reason);
      expect(await servedAs('live', name)).toEqual(AS_BEFORE);
    });
  });

  it('is applied once it is valid', async () => {
    await world.kube.annotate('Service', 'live/missing-port', { 'cftunnel.io/port': null });

    await expect(exposed(world, 'live/missing-port', ['missing-port.example.com'])).resolves.toBeDefined();
  });
});

describe('a Secret that becomes unreadable', () => {
  it('keeps the live rules and records, also across a restart', async () => {
    await becomes(world, ['Tunnel', 'locked/home'], 'Ready', { status: 'False', reason: 'SecretNotFound' });
    await world.writesAfterRestart();

    expect(await servedAs('locked', 'web')).toEqual(AS_BEFORE);
    await world.kube.create(secret('locked/cloudflare', { CLOUDFLARE_API_TOKEN: world.cloudflare.token }));
    await becomes(world, ['Tunnel', 'locked/home'], 'Ready', { status: 'True' });
    expect(await servedAs('locked', 'web')).toEqual(AS_BEFORE);
  });
});

async function expose(namespace: string, name: string): Promise<void> {
  const hostname = `${name}.example.com`;
  await world.kube.create(service(`${namespace}/${name}`, { tunnel: 'home', hostname }));
  await exposed(world, `${namespace}/${name}`, [hostname]);
}

async function tellsStillServed(name: string, reason: string): Promise<void> {
  const message = new RegExp(`\\(still served: https://${name}\\.example\\.com\\)$`);
  await refused(world, `live/${name}`, reason, message);
}

/** Whether the rule and the record of a Service exist. */
async function servedAs(namespace: string, name: string): Promise<unknown> {
  const hostname = `${name}.example.com`;
  const rules = await rulesOf(world, `${namespace}/home`);
  return {
    hasRule: rules.some((rule) => rule.hostname === hostname && rule.service === `http://${name}.${namespace}.svc:80`),
    mark: recordAt(world, hostname)?.comment?.replace(namespace, '<namespace>'),
  };
}

function prefixed(edit: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(edit).map(([key, value]) => [`cftunnel.io/${key}`, value]));
}
