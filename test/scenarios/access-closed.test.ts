import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type Visit, visit } from 'cftunnel-sandbox/testing/visit';
import { replaceConnectors } from '../support/world-connectors.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { useWorld } from '../support/shared.ts';
import { accessPolicy, service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { exposed, gone } from '../support/world-views.ts';

const HOST = 'closed.example.com';
const LATER = 'later.example.com';
const STAFF = 'staff@example.com';

const world = useWorld({ flags: ['--drift-interval=2s', '--leader-elect=false'] });

/** Hostnames by which nobody may enter without credentials, and how often they did. */
const closed = new Set<string>();
const entered: Visit[] = [];
const over = new AbortController();
let requests = 0;
let intruder: Promise<void> | undefined;

/** Asks for every closed hostname, one after the other, until the end. */
async function intrude(): Promise<void> {
  while (!over.signal.aborted) {
    for (const hostname of closed) {
      const answer = await visit(world.edge.url, hostname).catch(() => undefined);
      requests += 1;
      if (answer?.status === 200 && closed.has(hostname)) entered.push(answer);
    }
    await delay(5);
  }
}

beforeAll(
  inSandbox(async () => {
    intruder = intrude();
    await world.addNamespace('closed');
    await world.kube.create(accessPolicy('closed/staff', { decision: 'Allow', include: [{ email: STAFF }] }));
    await world.kube.create(tunnel('closed/home', { replicas: 1 }));
    for (const name of ['web', 'later']) await world.kube.create(whoami(`closed/${name}`));
  }),
);
afterAll(async () => {
  over.abort();
  await intruder;
});

/** Resolves once somebody of the staff gets in. */
function staffEnters(hostname: string): Promise<void> {
  return eventually(async () => {
    const cookie = world.cloudflare.gate.signIn({ email: STAFF, host: hostname });
    const { status } = await visit(world.edge.url, hostname, '/', { headers: { cookie: cookie ?? '' } });
    expect(status).toBe(200);
  });
}

function applications(): readonly string[] {
  const { admin, accountId } = world.cloudflare;
  return admin.access.applications(accountId).flatMap(({ uris }) => uris);
}

function deleteApplications(): void {
  const { admin, accountId } = world.cloudflare;
  for (const { id } of admin.access.applications(accountId)) admin.access.deleteApplication(id);
}

// Invariant 58.
describe(`nobody without credentials enters by a hostname that asks for Access${NEEDS_SANDBOX}`, () => {
  it(
    'when it is published',
    inSandbox(async () => {
      closed.add(HOST);
      await world.kube.create(withPods(service('closed/web', { tunnel: 'home', hostname: HOST, access: 'staff' })));

      await exposed(world, 'closed/web', [HOST]);
      await staffEnters(HOST);
      expect(applications()).toEqual([HOST]);
    }),
  );

  it(
    'when somebody deletes its application, with the operator or without',
    inSandbox(async () => {
      deleteApplications();
      await staffEnters(HOST);
      await world.operator.kill();
      deleteApplications();
      const before = requests;
      await eventually(() => expect(requests).toBeGreaterThan(before + 20));

      await world.operator.start();

      await staffEnters(HOST);
    }),
  );

  it(
    'when its policy is renamed to one that does not exist',
    inSandbox(async () => {
      await world.kube.annotate('Service', 'closed/web', { 'cftunnel.io/access': 'stuff' });
      const before = requests;
      await eventually(() => expect(requests).toBeGreaterThan(before + 20));
      await staffEnters(HOST);

      await world.kube.annotate('Service', 'closed/web', { 'cftunnel.io/access': 'staff' });

      await exposed(world, 'closed/web', [HOST]);
    }),
  );

  it(
    'when it was public before',
    inSandbox(async () => {
      await world.kube.create(withPods(service('closed/later', { tunnel: 'home', hostname: LATER })));
      await exposed(world, 'closed/later', [LATER]);
      await eventually(async () => expect((await world.edge.get(LATER)).status).toBe(200));

      // Until the last connector has the new rule, only the edge asks for credentials.
      await replaceConnectors(world, 'closed', () =>
        world.kube.annotate('Service', 'closed/later', { 'cftunnel.io/access': 'staff' }),
      );
      closed.add(LATER);

      await staffEnters(LATER);
      deleteApplications();
      await staffEnters(LATER);
    }),
  );

  it(
    'when it is withdrawn, which leaves nothing behind',
    inSandbox(async () => {
      await world.kube.annotate('Service', 'closed/web', { 'cftunnel.io/hostname': null, 'cftunnel.io/tunnel': null });
      await world.kube.delete('Service', 'closed/later');
      await gone(world, 'Service', 'closed/later');

      const { admin, accountId } = world.cloudflare;
      await eventually(() => expect([applications(), admin.access.policies(accountId)]).toEqual([[], []]));
      expect(requests).toBeGreaterThan(200);
      expect(entered).toEqual([]);
    }),
  );
});
