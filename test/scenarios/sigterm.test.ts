/**
 * SIGTERM at every call: each case holds one call back, and stops the operator while it waits. The next one starts at
 * once. When all cases of a group have ended, the final state of their Tunnels is checked.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { everyOther } from '../support/long-run.ts';
import { startOperator } from '../support/operator-process.ts';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';
import { type Home, clear, furnish, isCleared, isMadeOnce, planHome } from '../support/world-homes.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { useWorld } from '../support/shared.ts';
import type { World } from '../support/world.ts';

/** Logged if the shutdown time ends before the work. */
const ABANDONED = 'Work was abandoned at the end of the shutdown time';

/** In time, with 0, and with the Lease released. */
const CLEAN = { code: 0, isInTime: true, holder: undefined };

/** A call for one home, with `:account` and `:zone` as placeholders. It is carried out, and its response is cut off. */
interface Call {
  readonly doing: string;
  readonly method: string;
  readonly path: string;
}

const ARRIVING = {
  cloudflare: [
    { doing: 'listing the zones', method: 'GET', path: '/zones$' },
    { doing: 'listing the tunnels', method: 'GET', path: '/:account/cfd_tunnel$' },
    { doing: 'creating the tunnel', method: 'POST', path: '/:account/cfd_tunnel$' },
    { doing: 'listing the records', method: 'GET', path: '/:zone/dns_records$' },
    { doing: 'writing the records', method: 'POST', path: '/:zone/dns_records/batch$' },
  ],
  cluster: [
    { doing: 'reading the credentials', method: 'GET', path: '/secrets/cloudflare$' },
    { doing: 'reading its own Secret', method: 'GET', path: '/secrets/home-cloudflared-credentials$' },
    { doing: 'writing its own Secret', method: 'PATCH', path: '/secrets/' },
    { doing: 'guarding the Service', method: 'PATCH', path: '/services/web[?]' },
    { doing: 'guarding the Tunnel', method: 'PATCH', path: '/tunnels/home[?]' },
    { doing: 'writing the rules', method: 'PATCH', path: '/configmaps/' },
    { doing: 'writing the connectors', method: 'PATCH', path: '/deployments/' },
    { doing: 'writing the status of the Tunnel', method: 'PATCH', path: '/tunnels/home/status' },
    { doing: 'writing the condition of the Service', method: 'PATCH', path: '/services/web/status' },
  ],
} as const satisfies Record<string, readonly Call[]>;

const LEAVING = {
  cloudflare: [
    { doing: 'deleting the records', method: 'POST', path: '/:zone/dns_records/batch$' },
    { doing: 'dropping the connections', method: 'DELETE', path: '/:account/cfd_tunnel/.*/connections$' },
    { doing: 'deleting the tunnel', method: 'DELETE', path: '/:account/cfd_tunnel/[^/]+$' },
  ],
  cluster: [
    { doing: 'letting the Service go', method: 'PATCH', path: '/services/web[?]' },
    { doing: 'deleting the connectors', method: 'DELETE', path: '/deployments/' },
    { doing: 'letting the Tunnel go', method: 'PATCH', path: '/tunnels/home[?]' },
  ],
} as const satisfies Record<string, readonly Call[]>;

const world = useWorld();
const homes = new Map<string, Home>();
afterEach(() => {
  world.cloudflare.faults.clear();
  world.kubeFaults?.clear();
});

// Invariant 27.
describe('while a Tunnel is set up', () => {
  afterAll(async () => {
    await everyHome(isMadeOnce);
    await everyHome(clear);
    await everyHome(isCleared);
    homes.clear();
  });

  it.each(everyOther(ARRIVING.cloudflare))('at $doing', async (call) => {
    const home = homeOf(call);
    const fault = world.cloudflare.faults.add({ ...strikes(call, home), effect: { kind: 'stall-body' } });
    await furnish(world, home);

    expect(await succession(fault)).toEqual(CLEAN);
  });

  it.each(everyOther(ARRIVING.cluster))(`at $doing${NEEDS_SANDBOX}`, (call) =>
    inSandbox(async () => {
      const home = homeOf(call);
      const fault = world.kubeFaults?.add({ ...strikesInCluster(call, home), effect: { kind: 'stall' } });
      await furnish(world, home);

      expect(await succession(fault)).toEqual(CLEAN);
    })(),
  );
});

// Invariant 27.
describe('while a Tunnel is deleted', () => {
  beforeAll(async () => {
    for (const call of [...everyOther(LEAVING.cloudflare), ...(isRealApi ? [] : everyOther(LEAVING.cluster))])
      homeOf(call);
    await everyHome(furnish);
    await everyHome(isMadeOnce);
  });
  afterAll(async () => {
    await everyHome(isCleared);
    homes.clear();
  });

  it.each(everyOther(LEAVING.cloudflare))('at $doing', async (call) => {
    const home = homeOf(call);
    const fault = world.cloudflare.faults.add({ ...strikes(call, home), effect: { kind: 'stall-body' } });
    await clear(world, home);

    expect(await succession(fault)).toEqual(CLEAN);
  });

  it.each(everyOther(LEAVING.cluster))(`at $doing${NEEDS_SANDBOX}`, (call) =>
    inSandbox(async () => {
      const home = homeOf(call);
      const fault = world.kubeFaults?.add({ ...strikesInCluster(call, home), effect: { kind: 'stall' } });
      await clear(world, home);

      expect(await succession(fault)).toEqual(CLEAN);
    })(),
  );
});

// Invariant 27.
describe('independently of a Tunnel', () => {
  it(
    `at writing an Event${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const home = planHome(world, 'events');
      await furnish(world, home);
      await isMadeOnce(world, home);
      const fault = world.kubeFaults?.add({ method: 'POST', path: /\/events/, effect: { kind: 'stall' } });
      await world.kube.annotate('Service', 'events/web', { 'cftunnel.io/port': 'nowhere' });

      expect(await succession(fault)).toEqual(CLEAN);

      await clear(world, home);
      await isCleared(world, home);
    }),
  );

  it(
    `at opening its watches again${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const fault = world.kubeFaults?.add({ path: /watch=true/, effect: { kind: 'delay', ms: 60_000 } });
      world.kubeFaults?.closeWatches();

      expect(await succession(fault)).toEqual(CLEAN);
    }),
  );

  it(
    `at its first lists, before it leads${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const fault = world.kubeFaults?.add({ method: 'GET', path: /[?]limit=/, effect: { kind: 'stall' } });
      const standby = startOperator(world.operator.flags);
      await struck(fault);

      expect(await standby.stop()).toEqual({ code: 0, signal: null });
    }),
  );

  it(
    `at renewing its Lease${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      const path = /\/leases\//;
      const fault = world.kubeFaults?.add({ method: 'PUT', path, times: 1, effect: { kind: 'drop-after' } });

      expect(await succession(fault)).toEqual(CLEAN);
    }),
  );
});

function homeOf({ doing }: Call): Home {
  const name = doing.toLowerCase().replaceAll(' ', '-');
  const home = homes.get(name) ?? planHome(world, name);
  homes.set(name, home);
  return home;
}

async function everyHome(work: (world: World, home: Home) => Promise<void>): Promise<void> {
  await Promise.all([...homes.values()].map((home) => work(world, home)));
}

function strikes({ method, path }: Call, { account, zone }: Home) {
  return { method, path: new RegExp(path.replace(':account', account).replace(':zone', zone)) };
}

function strikesInCluster({ method, path }: Call, { name }: Home) {
  return { method, path: new RegExp(`/namespaces/${name}${path}`) };
}

interface Struck {
  fired(): number;
  remove(): void;
}

async function struck(fault: Struck | undefined): Promise<void> {
  await eventually(() => expect(fault?.fired()).toBeGreaterThan(0));
}

/** Stops the operator during the call, and returns how it ended. The next one leads. */
async function succession(fault: Struck | undefined): Promise<unknown> {
  await struck(fault);
  const code = await world.operator.stop();
  const isInTime = world.operator.process.logs.every(({ message }) => message !== ABANDONED);
  const lease = await world.kube.get('Lease', 'cftunnel-system/cftunnel-operator');
  fault?.remove();
  await world.operator.start();
  return { code, isInTime, holder: lease.spec?.['holderIdentity'] };
}
