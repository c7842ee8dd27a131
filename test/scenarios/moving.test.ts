import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { rename, withdraw } from '../support/world-actions.ts';
import { service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { exposed, gone, hostnamesOf, ready, recordAt, unexposed } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const BATCH = { method: 'POST', path: /dns_records\/batch$/ } as const;
const OUTAGE = { kind: 'reply', status: 503 } as const;
const NOTHING = { isRuled: false, record: undefined };

const world = useWorld();

beforeAll(async () => {
  await world.addNamespace('moving');
  await world.addNamespace('elsewhere');
  await world.kube.create(tunnel('moving/home'));
  await world.kube.create(tunnel('moving/second'));
  await world.kube.create(tunnel('elsewhere/third', { allowedRoutes: { namespaces: { from: 'All' } } }));
  await Promise.all(['moving/home', 'moving/second', 'elsewhere/third'].map((key) => ready(world, key)));
});

describe('a Service that moves', () => {
  it.concurrent.each([
    { where: 'another Tunnel of its namespace', to: 'moving/second', hostname: 'second.example.com' },
    { where: 'a Tunnel of another namespace', to: 'elsewhere/third', hostname: 'third.example.com' },
  ])('to $where keeps its record, and leaves no rule behind', async ({ to, hostname }) => {
    const name = hostname.replace('.example.com', '');
    await expose(name, hostname);
    const before = recordAt(world, hostname);

    await world.kube.annotate('Service', `moving/${name}`, { 'cftunnel.io/tunnel': to });
    await eventually(async () => {
      expect(recordAt(world, hostname)).toMatchObject({
        id: before?.id,
        content: await targetOf(to),
        comment: `cftunnel.io owner=test/${to}`,
      });
      expect(await hostnamesOf(world, 'moving/home')).not.toContain(hostname);
    });

    expect(await hostnamesOf(world, to)).toContain(hostname);
    await exposed(world, `moving/${name}`, [hostname]);
  });

  it.concurrent('to another zone leaves no record in the old one', async () => {
    await expose('zoned', 'zoned.example.com');

    await rename(world, 'moving/zoned', 'zoned.example.org');
    await exposed(world, 'moving/zoned', ['zoned.example.org']);

    await eventually(() => expect(recordAt(world, 'zoned.example.com')).toBeUndefined());
    expect(recordAt(world, 'zoned.example.org')).toMatchObject({ content: await targetOf('moving/home') });
  });
});

describe('a renamed hostname', () => {
  it('is published as a rule before its record can be created', async () => {
    await expose('first', 'before.example.com');
    const outage = world.cloudflare.faults.add({ ...BATCH, effect: OUTAGE });

    await rename(world, 'moving/first', 'after.example.com');
    await eventually(async () => expect(await hostnamesOf(world, 'moving/home')).toContain('after.example.com'));
    await eventually(() => expect(outage.fired()).toBeGreaterThan(0));

    expect(recordAt(world, 'after.example.com')).toBeUndefined();
    expect(await hostnamesOf(world, 'moving/home')).toContain('before.example.com');
    outage.remove();
    await exposed(world, 'moving/first', ['after.example.com']);
    await eventually(async () => expect(await hostnamesOf(world, 'moving/home')).not.toContain('before.example.com'));
    expect(recordAt(world, 'before.example.com')).toBeUndefined();
  });

  // Invariant 25.
  it('does not return to its old name because of a mistake before the record has moved', async () => {
    await expose('hasty', 'slow.example.com');
    const outage = world.cloudflare.faults.add({ ...BATCH, effect: OUTAGE });

    await rename(world, 'moving/hasty', 'quick.example.com');
    await eventually(async () => expect(await hostnamesOf(world, 'moving/home')).toContain('quick.example.com'));
    await rename(world, 'moving/hasty', 'not a name');
    await eventually(() => expect(outage.fired()).toBeGreaterThan(1));
    outage.remove();

    await eventually(async () => expect(await leftoversFrom('slow.example.com')).toEqual(NOTHING));
    expect(await leftoversFrom('quick.example.com')).toMatchObject({ isRuled: true, record: expect.anything() });
  });

  // Invariant 7.
  it(
    `has no record before every connector uses its rule${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      await world.kube.create(tunnel('moving/stuck', { replicas: 1, cloudflared: { image: 'nowhere/cloudflared:1' } }));
      await world.kube.create(service('moving/waiting', { tunnel: 'stuck', hostname: 'waiting.example.com' }));
      await eventually(async () => expect(await hostnamesOf(world, 'moving/stuck')).toEqual(['waiting.example.com']));
      await world.settled();

      expect(recordAt(world, 'waiting.example.com')).toBeUndefined();

      await world.kube.patch('Tunnel', 'moving/stuck', { spec: { cloudflared: { image: null } } });
      await exposed(world, 'moving/waiting', ['waiting.example.com']);
      await world.kube.delete('Service', 'moving/waiting');
      await world.kube.delete('Tunnel', 'moving/stuck');
      await gone(world, 'Tunnel', 'moving/stuck');
    }),
  );

  it(
    `is served under its old name for as long as that resolves${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      await world.kube.create(whoami('moving/answering'));
      const answering = service('moving/answering', { tunnel: 'home', hostname: 'here.example.com' });
      await world.kube.create(withPods(answering));
      await exposed(world, 'moving/answering', ['here.example.com']);
      await eventually(async () => expect((await world.edge.get('here.example.com')).status).toBe(200));

      await rename(world, 'moving/answering', 'there.example.com');
      const answers = await visitWhileRecorded('here.example.com');

      expect(answers.length).toBeGreaterThan(0);
      expect(answers.filter((status) => status !== 200)).toEqual([]);
      await exposed(world, 'moving/answering', ['there.example.com']);
      expect((await world.edge.get('there.example.com')).status).toBe(200);
    }),
  );
});

describe('a deleted Service', () => {
  // Invariant 7.
  it('keeps its rule for as long as its record cannot be deleted', async () => {
    await expose('lingering', 'lingering.example.com');
    const outage = world.cloudflare.faults.add({ ...BATCH, effect: OUTAGE });

    await world.kube.delete('Service', 'moving/lingering');
    await eventually(() => expect(outage.fired()).toBeGreaterThan(1));

    expect(await hostnamesOf(world, 'moving/home')).toContain('lingering.example.com');
    expect((await world.kube.get('Service', 'moving/lingering')).metadata.finalizers).toContain(
      'cftunnel.io/finalizer',
    );
    outage.remove();
    await gone(world, 'Service', 'moving/lingering');
    await eventually(async () => expect(await leftoversFrom('lingering.example.com')).toEqual(NOTHING));
  });

  it('is cleaned up after a restart if the operator was down', async () => {
    await expose('deleted', 'deleted.example.com');
    await expose('stripped', 'stripped.example.com');
    await world.operator.stop();

    await world.kube.delete('Service', 'moving/deleted');
    await withdraw(world, 'moving/stripped');
    await world.operator.start();
    await gone(world, 'Service', 'moving/deleted');
    await unexposed(world, 'moving/stripped');

    await eventually(async () => expect(await leftoversFrom('deleted.example.com')).toEqual(NOTHING));
    await eventually(async () => expect(await leftoversFrom('stripped.example.com')).toEqual(NOTHING));
  });
});

async function expose(name: string, hostname: string): Promise<void> {
  await world.kube.create(service(`moving/${name}`, { tunnel: 'home', hostname }));
  await exposed(world, `moving/${name}`, [hostname]);
}

async function targetOf(key: string): Promise<unknown> {
  return (await world.kube.get('Tunnel', key)).status?.['target'];
}

async function leftoversFrom(hostname: string): Promise<unknown> {
  const isRuled = (await hostnamesOf(world, 'moving/home')).includes(hostname);
  return { isRuled, record: recordAt(world, hostname) };
}

/** Requests a name until its record is gone. A response counts only if the record existed before and after it. */
async function visitWhileRecorded(hostname: string): Promise<readonly number[]> {
  const answers: number[] = [];
  while (recordAt(world, hostname) !== undefined) {
    const { status } = await world.edge.get(hostname);
    if (recordAt(world, hostname) !== undefined) answers.push(status);
  }
  return answers;
}
