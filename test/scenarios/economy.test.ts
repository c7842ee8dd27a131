import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { startOperator } from '../support/operator-process.ts';
import { rename } from '../support/world-actions.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { foreignRecords, namesOfOurs } from '../support/world-records.ts';
import { exposed, ready, recordAt, rulesOf, refused } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const ZONES = ['example.com', 'example.org'];
const LIST_ZONES = 'GET /zones';
const LIST_TUNNELS = 'GET /accounts/:account/cfd_tunnel';
const CREATE_TUNNEL = 'POST /accounts/:account/cfd_tunnel';
const LIST_RECORDS = 'GET /zones/:zone/dns_records';
const BATCH = 'POST /zones/:zone/dns_records/batch';

const SERVICES = Array.from({ length: 30 }, (_, index) => `web-${index}`);
const PORTS = [
  { name: 'http', port: 80 },
  { name: 'other', port: 8080 },
];

/** The drift interval of the idle cluster, in real time. A call may be late, and the next one on time. */
const [DRIFT_MS, ALMOST] = [1_000, 0.75];

const world = useWorld({ speed: 1, flags: ['--drift-interval=24h'] });

/**
 * There are no drift checks during these scenarios, however slow the machine is: only the change costs calls, and every
 * scenario leaves a settled world. In real time, because a burst must end before the operator's quiet period does.
 */
beforeAll(async () => {
  await world.addNamespace('busy');
  await world.kube.create(tunnel('busy/home', { replicas: 1 }));
  await Promise.all(
    SERVICES.map((name, index) =>
      world.kube.create(service(`busy/${name}`, { tunnel: 'home', hostname: hostnameAt(name, index) }, PORTS)),
    ),
  );
  await Promise.all(SERVICES.map((name, index) => exposed(world, `busy/${name}`, [hostnameAt(name, index)])));
  await ready(world, 'busy/home');
  await world.settled();
});

describe('a running Tunnel with 30 Services in two zones', () => {
  it('costs one call and at most two rollouts for one changed hostname', async () => {
    const before = await generationOfConnectors();

    world.forgetCalls();
    await rename(world, 'busy/web-0', 'changed.example.com');
    await exposed(world, 'busy/web-0', ['changed.example.com']);
    await world.settled();

    expect(world.cloudflare.calls.byEndpoint()).toEqual({ [BATCH]: 1 });
    expect(recordAt(world, 'web-0.example.com')).toBeUndefined();
    expect(recordAt(world, 'changed.example.com')).toMatchObject({ type: 'CNAME', proxied: true });
    expect((await generationOfConnectors()) - before).toBeLessThanOrEqual(2);
  });

  it('costs one call per zone for 30 hostnames that change at once', async () => {
    const renamed = SERVICES.map((name, index) => hostnameAt(`new-${name}`, index));

    world.forgetCalls();
    await Promise.all(SERVICES.map((name, index) => rename(world, `busy/${name}`, hostnameAt(`new-${name}`, index))));
    await Promise.all(
      SERVICES.map((name, index) => exposed(world, `busy/${name}`, [hostnameAt(`new-${name}`, index)])),
    );
    await world.settled();

    expect(world.cloudflare.calls.byEndpoint()).toEqual({ [BATCH]: ZONES.length });
    expect(ZONES.flatMap((zone) => namesOfOurs(world, zone)).toSorted()).toEqual(renamed.toSorted());
  });

  it('costs nothing for a changed port', async () => {
    world.forgetCalls();
    await world.kube.annotate('Service', 'busy/web-1', { 'cftunnel.io/port': '8080' });
    const rule = { hostname: 'new-web-1.example.org', service: 'http://web-1.busy.svc:8080' };
    await eventually(async () => expect(await rulesOf(world, 'busy/home')).toContainEqual(rule));
    await world.settled();

    expect(world.cloudflare.calls.byEndpoint()).toEqual({});
  });

  it('costs nothing when it is scaled', async () => {
    world.forgetCalls();
    await world.kube.scale('Tunnel', 'busy/home', 3);
    await eventually(async () => expect((await ready(world, 'busy/home')).status).toMatchObject({ readyReplicas: 3 }));
    await world.settled();

    expect(world.cloudflare.calls.byEndpoint()).toEqual({});
  });
});

describe('connectors', () => {
  // Invariant 12.
  it('are not replaced for changes that cloudflared does not see', async () => {
    const before = await podTemplate();

    await world.kube.annotate('Service', 'busy/web-2', { 'cftunnel.io/dns': 'managed' });
    await eventually(async () =>
      expect((await world.kube.get('ConfigMap', 'busy/home-cloudflared')).data?.['routes.json']).toContain('managed'),
    );
    await world.kube.scale('Tunnel', 'busy/home', 2);
    await eventually(async () => expect((await ready(world, 'busy/home')).status).toMatchObject({ replicas: 2 }));

    expect(await podTemplate()).toEqual(before);
  });
});

describe('a refused Service', () => {
  it('costs no call when its Tunnel does not admit it, in any number of passes', async () => {
    await world.addNamespace('guests');
    world.forgetCalls();

    await world.kube.create(service('guests/web', { tunnel: 'busy/home', hostname: 'guest.example.com' }));
    await refused(world, 'guests/web', 'NotAllowed');
    await lookAgain('busy/home');
    await world.settled();

    expect(world.cloudflare.calls.byEndpoint()).toEqual({});
  });
});

describe('a foreign record at one of 30 new names', () => {
  const NAMES = SERVICES.map((name) => `claimed-${name}`);
  const [TAKEN = '', ...FREE] = NAMES;
  const foreign = { name: `${TAKEN}.example.com`, type: 'A', content: '192.0.2.7' };

  beforeAll(async () => {
    await world.addNamespace('claims');
    await world.kube.create(tunnel('claims/home', { replicas: 1 }));
    await ready(world, 'claims/home');
    await world.settled();
    world.cloudflare.admin.addRecord('example.com', foreign);
    world.forgetCalls();
    await Promise.all(NAMES.map((name) => claim(name)));
    await Promise.all(FREE.map((name) => exposed(world, `claims/${name}`, [`${name}.example.com`])));
  });

  it('costs two more calls, and holds up none of the other 29', () => {
    const calls = world.cloudflare.calls.entries.map(({ endpoint }) => endpoint);
    // A later pass that tries again may list everything once more, if it is late enough.
    expect(calls.slice(0, calls.lastIndexOf(BATCH) + 1)).toEqual([BATCH, LIST_RECORDS, BATCH]);
    expect(namesOfOurs(world, 'example.com')).toEqual(
      expect.arrayContaining(FREE.map((name) => `${name}.example.com`)),
    );
  });

  it('is reported to that Service with its content, and is not changed', async () => {
    const message = /record that this operator did not create already exists at .* \(A 192\.0\.2\.7\)/;

    await refused(world, `claims/${TAKEN}`, 'RecordConflict', message);

    expect(foreignRecords(world, 'example.com')).toEqual([expect.objectContaining(foreign)]);
  });

  afterAll(async () => {
    await world.kube.delete('Service', `claims/${TAKEN}`);
    await ready(world, 'claims/home');
    await world.settled();
  });
});

describe('two Tunnels with the same token', () => {
  it('share their knowledge of zones and tunnels: the second pays only for its own tunnel', async () => {
    world.forgetCalls();
    await world.kube.create(tunnel('busy/second', { replicas: 1 }));
    await ready(world, 'busy/second');
    await world.settled();

    expect(world.cloudflare.calls.byEndpoint()).toEqual({ [CREATE_TUNNEL]: 1 });
  });

  it('read every list once in total when the operator starts', async () => {
    await world.writesAfterRestart();

    expect(world.cloudflare.calls.byEndpoint()).toEqual({
      [LIST_ZONES]: 1,
      [LIST_TUNNELS]: 1,
      [LIST_RECORDS]: ZONES.length,
    });
  });
});

describe('an idle cluster', () => {
  it('costs one call per zone in a drift interval and one for the tunnels in two, whatever their number', async () => {
    await world.operator.stop();
    world.forgetCalls();
    const quick = startOperator([...world.operator.flags, `--drift-interval=${DRIFT_MS / 1000}s`]);
    try {
      await eventually(() => {
        expect(world.cloudflare.calls.count(LIST_TUNNELS)).toBeGreaterThanOrEqual(3);
        expect(world.cloudflare.calls.count(LIST_RECORDS)).toBeGreaterThan(2 * ZONES.length);
      });
    } finally {
      await quick.end();
    }

    expect(Object.keys(world.cloudflare.calls.byEndpoint()).toSorted()).toEqual(
      [LIST_ZONES, LIST_TUNNELS, LIST_RECORDS].toSorted(),
    );
    expect(usualPause(LIST_RECORDS)).toBeGreaterThan(DRIFT_MS * ALMOST);
    expect(usualPause(LIST_TUNNELS)).toBeGreaterThan(2 * DRIFT_MS * ALMOST);
  });
});

/** Average milliseconds between two calls of an endpoint with the same path: the minimum over all paths. */
function usualPause(endpoint: string): number {
  const calls = world.cloudflare.calls.entries.filter((entry) => entry.endpoint === endpoint);
  const paths = [...Map.groupBy(calls, ({ path }) => path).values()];
  return Math.min(...paths.map((same) => ((same.at(-1)?.at ?? 0) - (same[0]?.at ?? 0)) / (same.length - 1)));
}

function hostnameAt(name: string, index: number): string {
  return `${name}.${ZONES[index % ZONES.length]}`;
}

async function claim(name: string): Promise<void> {
  await world.kube.create(service(`claims/${name}`, { tunnel: 'home', hostname: `${name}.example.com` }));
}

/** Makes the operator reconcile a Tunnel without a relevant change. */
async function lookAgain(key: string): Promise<void> {
  const passes = (): number =>
    world.operator.process.logs.filter((entry) => entry['controller'] === 'tunnel' && entry['key'] === key).length;
  const before = passes();
  await world.kube.annotate('Tunnel', key, { 'example.com/note': String(before) });
  await eventually(() => expect(passes()).toBeGreaterThan(before));
}

async function podTemplate(): Promise<unknown> {
  return (await world.kube.get('Deployment', 'busy/home-cloudflared')).spec?.['template'];
}

async function generationOfConnectors(): Promise<number> {
  return (await world.kube.get('Deployment', 'busy/home-cloudflared')).metadata.generation ?? 0;
}
