import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultEffect } from 'cftunnel-sandbox/cloudflare/http/faults';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import { rename } from '../support/world-actions.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { foreignRecords, namesOfOurs } from '../support/world-records.ts';
import {
  EXPOSED,
  becomes,
  conditionOf,
  eventsAbout,
  exposed,
  gone,
  ready,
  recordAt,
  remoteTunnels,
} from '../support/world-views.ts';
import { everyOther } from '../support/long-run.ts';
import { useWorld } from '../support/shared.ts';
import { SPEED } from '../support/world.ts';

const ZONES = ['example.com', 'example.org'];
const INDEXES = Array.from({ length: 12 }, (_, index) => index);
/** Six failures in a row, which happen now and then if one call in five fails, take half a minute of back-off. */
const PATIENT = { everyMs: 50 };

/** Faults that end with the next attempt. `seed` selects the same calls in every run. */
const STORMS: readonly { readonly name: string; readonly seed: number; readonly effect: FaultEffect }[] = [
  { name: 'html', seed: 11, effect: { kind: 'html', status: 500 } },
  { name: 'limited', seed: 12, effect: { kind: 'reply', status: 429, headers: { 'retry-after': '1' } } },
  { name: 'unsuccessful', seed: 13, effect: { kind: 'unsuccessful', errors: [{ code: 1000, message: 'No.' }] } },
  { name: 'truncated', seed: 14, effect: { kind: 'truncate' } },
  { name: 'drop-before', seed: 15, effect: { kind: 'drop-before' } },
  { name: 'drop-after', seed: 16, effect: { kind: 'drop-after' } },
  { name: 'locked', seed: 17, effect: { kind: 'lock' } },
];

const metricsPort = await freePort();

/** With short intervals between passes, every kind of call is made, and fails, many times. */
const world = useWorld({ flags: ['--drift-interval=1s', `--metrics-bind-address=127.0.0.1:${metricsPort}`] });
let foreignBefore: unknown;

beforeAll(() => {
  for (const zone of ZONES) addForeignRecords(zone);
  foreignBefore = ZONES.map((zone) => foreignRecords(world, zone));
});
afterEach(() => world.cloudflare.faults.clear());

describe('while one call in five fails', () => {
  it.each(everyOther(STORMS))(
    '12 Services are added, changed and deleted, with the right result: $name',
    async ({ name, seed, effect }) => {
      const left = INDEXES.filter((index) => !isDeleted(index));
      world.cloudflare.faults.seed(seed);
      const fault = world.cloudflare.faults.add({ probability: 0.2, effect });

      await furnish(name);
      await Promise.all(INDEXES.map((index) => world.kube.create(asking(name, index))));
      await eventually(() => expect(recordsOf(name)).not.toEqual([]), PATIENT);
      await Promise.all(
        INDEXES.filter(isRenamed).map((index) => rename(world, keyAt(name, index), finalName(name, index))),
      );
      await Promise.all(INDEXES.filter(isDeleted).map((index) => world.kube.delete('Service', keyAt(name, index))));
      await eventually(() => expect(fault.fired()).toBeGreaterThanOrEqual(3), PATIENT);
      fault.remove();

      await Promise.all(left.map((index) => exposed(world, keyAt(name, index), [finalName(name, index)], PATIENT)));
      await Promise.all(INDEXES.filter(isDeleted).map((index) => gone(world, 'Service', keyAt(name, index), PATIENT)));
      const home = await ready(world, `${name}/home`, PATIENT);
      expect(conditionOf(home, 'Stalled')).toBeUndefined();
      expect(recordsOf(name)).toEqual(left.map((index) => finalName(name, index)).toSorted());
      expect(remoteTunnels(world, `test/${name}/home`).map(({ id }) => id)).toEqual([home.status?.['tunnelId']]);
    },
  );

  it('records of others are not touched', () => {
    expect(ZONES.map((zone) => foreignRecords(world, zone))).toEqual(foreignBefore);
  });
});

describe('a repair that fails once', () => {
  const BRIEF = STORMS.filter(({ name }) => ['html', 'drop-before', 'locked'].includes(name));
  const HOSTNAME = 'brief-1.example.org';

  beforeAll(async () => {
    await furnish('brief');
    await world.kube.create(asking('brief', 1));
    await exposed(world, keyAt('brief', 1), [HOSTNAME]);
    await ready(world, 'brief/home');
  });

  it.each(BRIEF)('is retried, and not reported at a Ready Tunnel: $name', async ({ effect }) => {
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

function addForeignRecords(zone: string): void {
  const { admin } = world.cloudflare;
  admin.addRecord(zone, { name: zone, type: 'MX', content: 'mail.example.net', priority: 10 });
  admin.addRecord(zone, { name: `shop.${zone}`, type: 'A', content: '192.0.2.1' });
  admin.addRecord(zone, { name: `blog.${zone}`, type: 'CNAME', content: 'blog.example.net' });
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

function finalName(name: string, index: number): string {
  return isRenamed(index) ? `${name}-renamed-${index}.${ZONES[index % ZONES.length]}` : firstName(name, index);
}

function isRenamed(index: number): boolean {
  return index % 3 === 0;
}

function isDeleted(index: number): boolean {
  return index % 3 === 1;
}

/** Names of the records of a namespace in all zones, including duplicates. */
function recordsOf(name: string): readonly string[] {
  const names = ZONES.flatMap((zone) => namesOfOurs(world, zone));
  return names.filter((hostname) => new RegExp(`^${name}-(renamed-)?\\d+\\.`).test(hostname)).toSorted();
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
