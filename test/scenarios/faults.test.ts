import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultEffect } from 'cftunnel-sandbox/cloudflare/http/faults';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { namesOfOurs } from '../support/world-records.ts';
import { EXPOSED, becomes, conditionOf, eventsAbout, exposed, ready, recordAt } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';
import { SPEED } from '../support/world.ts';

const ZONES = ['example.com', 'example.org'];
const PATIENT = { everyMs: 50 };

const metricsPort = await freePort();

/** With short intervals between drift checks, a deleted record is soon repaired. */
const world = useWorld({ flags: ['--drift-interval=1s', `--metrics-bind-address=127.0.0.1:${metricsPort}`] });
afterEach(() => world.cloudflare.faults.clear());

describe('a repair that fails once', () => {
  const FAULTS: readonly FaultEffect[] = [{ kind: 'html', status: 500 }, { kind: 'drop-before' }, { kind: 'lock' }];
  const HOSTNAME = 'brief-1.example.org';

  beforeAll(async () => {
    await furnish('brief');
    await world.kube.create(asking('brief', 1));
    await exposed(world, keyAt('brief', 1), [HOSTNAME]);
    await ready(world, 'brief/home');
  });

  it.each(FAULTS)('is retried, and not reported at a Ready Tunnel: $kind', async (effect) => {
    const { conditions } = (await ready(world, 'brief/home')).status ?? {};
    const warnings = await warningsAbout('brief/home');
    const fault = world.cloudflare.faults.add({ path: await batchIn('example.org'), times: 1, effect });
    world.cloudflare.admin.deleteRecord('example.org', recordAt(world, HOSTNAME)?.id ?? '');

    await eventually(() => expect(fault.fired()).toBe(1));
    await eventually(() => expect(recordsOf('brief')).toEqual([HOSTNAME]));
    await world.settled();

    expect((await ready(world, 'brief/home')).status?.conditions).toEqual(conditions);
    expect(await warningsAbout('brief/home')).toEqual(warnings);
  });
});

describe('one failing zone of two', () => {
  it.each([
    { name: 'failing', status: 500, says: 'CloudflareUnavailable' },
    { name: 'forbidden', status: 403, says: 'PermissionMissing' },
  ])('holds up only its own names, and is reported: $status', async ({ name, status, says }) => {
    const path = new RegExp(`^/zones/${await idOfZone('example.org')}/`);
    const body = { success: false, errors: [{ code: 10000, message: 'Authentication error' }], result: null };
    const sick = world.cloudflare.faults.add({ path, effect: { kind: 'reply', status, body } });
    await furnish(name);
    await Promise.all([0, 1].map((index) => world.kube.create(asking(name, index))));

    await exposed(world, keyAt(name, 0), [firstName(name, 0)]);
    const condition = { status: 'False', reason: says, message: /zone example\.org/ };
    await becomes(world, ['Tunnel', `${name}/home`], 'DNSReady', condition);
    expect(recordsOf(name)).toEqual([firstName(name, 0)]);

    sick.remove();
    await exposed(world, keyAt(name, 1), [firstName(name, 1)], PATIENT);
  });

  it('holds up only its own names, and the others are reported, if it is not visible', async () => {
    const { admin, accountId } = world.cloudflare;
    const token = admin.addToken({ accounts: [accountId], zones: [await idOfZone('example.com')] });
    await furnish('one-zone', token);
    await Promise.all([0, 1].map((index) => world.kube.create(asking('one-zone', index))));

    await exposed(world, keyAt('one-zone', 0), [firstName('one-zone', 0)]);
    const message = /No zone holds one-zone-1\.example\.org\. Zones in which the token may write: example\.com\./;
    const refused = { status: 'False', reason: 'ZoneNotFound', message };
    await becomes(world, ['Service', keyAt('one-zone', 1)], EXPOSED, refused);
    expect(recordsOf('one-zone')).toEqual([firstName('one-zone', 0)]);
  });
});

describe('an exhausted rate limit', () => {
  it('fails nothing, is reported, and ends with the window', async () => {
    await furnish('patient', tokenOfItsOwn());
    await world.kube.create(asking('patient', 1));
    const before = await exposed(world, keyAt('patient', 1), [firstName('patient', 1)]);
    const effect = { kind: 'reply', status: 429, headers: { 'retry-after': '3' } } as const;
    const limit = world.cloudflare.faults.add({ path: await batchIn('example.org'), times: 1, effect });

    await world.kube.create(asking('patient', 3));
    await eventually(() => expect(limit.fired()).toBe(1), { everyMs: 5 });
    const began = performance.now();
    await becomes(world, ['Tunnel', 'patient/home'], 'DNSReady', { status: 'True', reason: 'RateLimited' });
    await becomes(world, ['Tunnel', 'patient/home'], 'Reconciling', { status: 'True', reason: 'RateLimited' });

    await exposed(world, keyAt('patient', 3), [firstName('patient', 3)]);
    expect(performance.now() - began).toBeGreaterThan(2_900 / SPEED);
    await ready(world, 'patient/home');
    const after = await world.kube.get('Service', keyAt('patient', 1));
    expect(conditionOf(after, EXPOSED)).toEqual(conditionOf(before, EXPOSED));
  });

  it('can be anticipated: the calls that each token has left are a metric', async () => {
    const scrape = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();

    expect(scrape).toMatch(/^cftunnel_cloudflare_calls_left\{token="[0-9a-f]{8}"\} \d+$/m);
  });
});

/** A namespace with the Tunnel `home`. Default token: that of the world. */
async function furnish(name: string, token = world.cloudflare.token): Promise<void> {
  await world.kube.create(namespace(name));
  await world.kube.create(secret(`${name}/cloudflare`, { CLOUDFLARE_API_TOKEN: token }));
  await world.kube.create(tunnel(`${name}/home`, { replicas: 1, accountId: world.cloudflare.accountId }));
}

function tokenOfItsOwn(): string {
  return world.cloudflare.admin.addToken({ accounts: [world.cloudflare.accountId] });
}

function asking(name: string, index: number) {
  return service(keyAt(name, index), { tunnel: 'home', hostname: firstName(name, index) });
}

function keyAt(name: string, index: number): string {
  return `${name}/web-${index}`;
}

function firstName(name: string, index: number): string {
  return `${name}-${index}.${ZONES[index % ZONES.length]}`;
}

/** Names of the records of a namespace in all zones, including duplicates. */
function recordsOf(name: string): readonly string[] {
  const names = ZONES.flatMap((zone) => namesOfOurs(world, zone));
  return names.filter((hostname) => new RegExp(`^${name}-\\d+\\.`).test(hostname)).toSorted();
}

async function warningsAbout(key: string): Promise<readonly unknown[]> {
  const warnings = (await eventsAbout(world, 'Tunnel', key)).filter(({ type }) => type === 'Warning');
  return warnings.map(({ reason, count, message }) => ({ reason, count, message }));
}

async function batchIn(zone: string): Promise<RegExp> {
  return new RegExp(`^/zones/${await idOfZone(zone)}/dns_records/batch$`);
}

async function idOfZone(name: string): Promise<string> {
  const [zone] = (await world.cloudflare.ask(`/zones?name=${name}`)) as readonly { readonly id: string }[];
  return zone?.id ?? '';
}
