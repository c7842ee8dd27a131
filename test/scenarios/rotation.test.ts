import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import { underLoad } from '../support/under-load.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { becomes, eventsAbout, exposed, ready, remoteTunnels } from '../support/world-views.ts';
import { NO_WRITES } from '../support/world-activity.ts';
import { type World, startWorld } from '../support/world.ts';

const HOME = 'rotated/home';
const SECRET = `${HOME}-cloudflared-credentials`;
const WEEKLY = { schedule: '0 3 * * SUN', timeZone: 'Europe/Berlin' };

let world: World;
let metricsPort: number;

beforeAll(async () => {
  metricsPort = await freePort();
  world = await startWorld({ flags: [`--metrics-bind-address=127.0.0.1:${metricsPort}`] });
  await world.addNamespace('rotated');
  await serve('home', 'Local');
});
afterAll(() => world.stop());

/** Runs a Tunnel, and a Service of the same name at a hostname of that name. */
async function serve(name: string, configMode: 'Local' | 'Remote'): Promise<void> {
  const [key, hostname] = [`rotated/${name}`, `${name}.example.com`];
  await world.kube.create(tunnel(key, { replicas: 2, configMode }));
  await world.kube.create(whoami(key));
  await world.kube.create(withPods(service(key, { hostname, tunnel: name })));
  await exposed(world, key, [hostname]);
  await ready(world, key);
}

/** The secret in force at Cloudflare. */
function secretInForce(): string | undefined {
  return remoteTunnels(world, `test/${HOME}`)[0]?.secret;
}

async function secretStored(): Promise<unknown> {
  const { data } = await world.kube.get('Secret', SECRET);
  return JSON.parse(atob(data?.['credentials.json'] ?? '')).TunnelSecret;
}

async function request(value: string, key = HOME): Promise<void> {
  await world.kube.annotate('Tunnel', key, { 'cftunnel.io/rotate-token': value });
}

async function rotation(key = HOME): Promise<Readonly<Record<string, string>>> {
  return ((await world.kube.get('Tunnel', key)).status?.['tokenRotation'] ?? {}) as Record<string, string>;
}

async function handled(value: string, key = HOME): Promise<void> {
  await eventually(async () => expect(await rotation(key)).toMatchObject({ handled: value }));
  await ready(world, key);
}

function rotations(): number {
  return world.cloudflare.calls.entries.filter(({ method, path }) => method === 'PATCH' && /cfd_tunnel/.test(path))
    .length;
}

async function podHash(): Promise<unknown> {
  const { spec } = await world.kube.get('Deployment', `${HOME}-cloudflared`);
  return JSON.stringify(spec?.['template']).match(/"cftunnel.io\/credentials-hash":"(\w+)"/)?.[1];
}

// Invariants 39, 40.
describe('a rotation of the token', () => {
  it('gives Cloudflare and the connectors a new secret when it is requested', async () => {
    const [before, hashBefore] = [secretInForce(), await podHash()];

    await request('first');
    await handled('first');

    expect(secretInForce()).not.toBe(before);
    expect(await secretStored()).toBe(secretInForce());
    expect(await podHash()).not.toBe(hashBefore);
    expect(rotations()).toBe(1);
    expect(Date.parse((await rotation())['lastTime'] ?? '')).toBeGreaterThan(Date.now() - 600_000);
    const [told] = await eventually(async () => {
      const events = await eventsAbout(world, 'Tunnel', HOME);
      const rotated = events.filter(({ reason }) => reason === 'TokenRotated');
      expect(rotated).toHaveLength(1);
      return rotated;
    });
    expect(told?.['message']).toContain('as the annotation cftunnel.io/rotate-token requests');
    expect(world.operator.process.logs.filter(({ reason }) => reason === 'TokenRotated')).toHaveLength(1);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/^cftunnel_token_age_seconds\{tunnel="rotated\/home"\} \d/m);
  });

  it.each([
    { mode: 'Local', name: 'home' },
    { mode: 'Remote', name: 'remote' },
  ] as const)(`replaces the connectors without a failed request in mode $mode${NEEDS_SANDBOX}`, ({ mode, name }) =>
    inSandbox(async () => {
      if (mode === 'Remote') await serve(name, mode);
      world.forgetCalls();
      let requests = 0;

      const { lost } = await underLoad(world, { hostname: `${name}.example.com` }, async () => {
        requests += 1;
        await request(`under load ${requests}`, `rotated/${name}`);
        await handled(`under load ${requests}`, `rotated/${name}`);
      });

      expect(lost).toEqual({});
      expect(rotations()).toBe(requests);
    })(),
  );

  it('is not repeated by a restart, nor when the status is lost', async () => {
    const { handled: value } = await rotation();
    expect(await world.writesAfterRestart()).toEqual(NO_WRITES);

    await world.operator.stop();
    await world.kube.patchStatus('Tunnel', HOME, { status: null });
    await world.operator.start();
    await handled(String(value));
    await world.settled();

    expect(rotations()).toBe(0);
  });

  it('does not happen while the Tunnel is suspended', async () => {
    await world.kube.patch('Tunnel', HOME, { spec: { suspend: true } });
    await becomes(world, ['Tunnel', HOME], 'Ready', { status: 'Unknown', reason: 'Suspended' });
    world.forgetCalls();

    await request('while suspended');
    await world.settled();
    expect(rotations()).toBe(0);

    await world.kube.patch('Tunnel', HOME, { spec: { suspend: false } });
    await handled('while suspended');
    expect(rotations()).toBe(1);
  });
});

// Invariant 39.
describe('a schedule', () => {
  it('is planned, and rotates nothing at once', async () => {
    world.forgetCalls();

    await world.kube.patch('Tunnel', HOME, { spec: { tokenRotation: WEEKLY } });
    await eventually(async () => expect((await rotation())['nextTime']).toMatch(/T0[12]:00:00Z$/));
    await world.settled();

    expect(rotations()).toBe(0);
  });

  it('that was missed while the operator was down is made up for once', async () => {
    await world.operator.stop();
    await planInThePast();
    world.forgetCalls();

    await world.operator.start();
    await eventually(async () => expect(Date.parse((await rotation())['nextTime'] ?? '')).toBeGreaterThan(Date.now()));
    await ready(world, HOME);
    await world.settled();

    expect(rotations()).toBe(1);
    expect(await secretStored()).toBe(secretInForce());
  });

  it.each([
    { field: 'schedule', value: { schedule: '0 3 * *' }, says: 'must have five fields' },
    {
      field: 'time zone',
      value: { schedule: '0 3 * * *', timeZone: 'Mars/Base' },
      says: 'spec.tokenRotation.timeZone',
    },
  ])('with a bad $field is refused by the API server', async ({ value, says }) => {
    await expect(world.kube.patch('Tunnel', HOME, { spec: { tokenRotation: value } })).rejects.toThrow(says);
  });

  it('that matches no date is a condition that says what to do', async () => {
    await world.kube.patch('Tunnel', HOME, { spec: { tokenRotation: { schedule: '0 0 31 2 *' } } });

    const message = /^spec\.tokenRotation\.schedule: "0 0 31 2 \*" matches no date\. Set five fields/;
    const refused = becomes(world, ['Tunnel', HOME], 'TunnelReady', {
      status: 'False',
      reason: 'InvalidSpec',
      message,
    });
    await expect(refused).resolves.toBeDefined();

    await world.kube.patch('Tunnel', HOME, { spec: { tokenRotation: null } });
    await ready(world, HOME);
  });
});

/** Lets the planned time lie in the past, as it would after a longer absence of the operator. */
async function planInThePast(): Promise<void> {
  const { data } = await world.kube.get('Secret', SECRET);
  const record = JSON.parse(atob(data?.['rotation.json'] ?? ''));
  const text = JSON.stringify({ ...record, next: { ...record.next, time: '2026-01-04T02:00:00Z' } });
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const annotations = { 'cftunnel.io/rotation-hash': hash };
  await world.kube.patch('Secret', SECRET, { metadata: { annotations }, data: { 'rotation.json': btoa(text) } });
}
