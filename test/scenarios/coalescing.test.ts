import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';
import { service, tunnel } from '../support/world-objects.ts';
import { exposed, hostnamesOf, ready, unexposed } from '../support/world-views.ts';
import { type World, startWorld } from '../support/world.ts';

const NAMES = Array.from({ length: 50 }, (_, index) => `web-${index}`);
const LEAVING = NAMES.slice(0, 25);
const STAYING = NAMES.slice(25);
/** Slower than real time, so that a burst ends before the operator's quiet period does, even on a busy machine. */
const SPEED = 0.25;
const SLOW = { everyMs: 100 };

let world: World;

describe('50 Services that are added at once to a running Tunnel, 25 of which are deleted at once', () => {
  let generationBefore: number;

  beforeAll(async () => {
    world = await startWorld({ speed: SPEED });
    await world.addNamespace('burst');
    await world.kube.create(tunnel('burst/home'));
    await ready(world, 'burst/home');
    await world.settled();
    generationBefore = await generationOfConnectors();
    world.forgetCalls();

    await createAll();
    await allExposed();
    const away = { 'cftunnel.io/tunnel': null, 'cftunnel.io/hostname': null };
    await Promise.all(LEAVING.map((name) => world.kube.annotate('Service', `burst/${name}`, away)));
    await Promise.all(LEAVING.map((name) => unexposed(world, `burst/${name}`, SLOW)));
    await world.settled();
  });
  afterAll(() => world.stop());

  it('leave exactly the rules and records of the others', async () => {
    const wanted = STAYING.map(hostnameOf).toSorted();

    expect(await hostnamesOf(world, 'burst/home')).toEqual(wanted);
    expect(recordedHostnames()).toEqual(wanted);
  });

  it('cost at most 10 Cloudflare calls in all', () => {
    expect(world.cloudflare.calls.count()).toBeLessThanOrEqual(10);
  });

  it('cost at most 2 rollouts in all', async () => {
    expect((await generationOfConnectors()) - generationBefore).toBeLessThanOrEqual(2);
  });

  it('cost at most 3 writes of the ConfigMap', () => {
    expect(countWrites('configmaps')).toBeLessThanOrEqual(3);
  });

  it('cost at most 5 Kubernetes writes per Service, including those for the Tunnel', () => {
    expect(world.writes().length).toBeLessThanOrEqual(5 * NAMES.length);
  });

  it('cost no single Service more than 5 writes', () => {
    const ofServices = world.writes().filter(({ target }) => target.resource === 'services');
    const byService = Map.groupBy(ofServices, ({ target }) => target.name);

    expect(byService.size).toBe(NAMES.length);
    expect(Math.max(...[...byService.values()].map((calls) => calls.length))).toBeLessThanOrEqual(5);
  });
});

/**
 * A real API server may take longer for 50 finalizers than the quiet period, so the last ones come after the first
 * rules.
 */
const ROLLOUTS = isRealApi ? 2 : 1;

describe('50 Services and a Tunnel that exist before the operator starts', () => {
  beforeAll(async () => {
    world = await startWorld({ speed: SPEED, isOperatorStarted: false });
    await world.addNamespace('burst');
    await world.kube.create(tunnel('burst/home'));
    await createAll();
    world.forgetCalls();

    await world.operator.start();
    await allExposed();
    await world.settled();
  });
  afterAll(() => world.stop());

  it('all get their records', () => {
    expect(recordedHostnames()).toEqual(NAMES.map(hostnameOf).toSorted());
  });

  it('cost at most 6 Cloudflare calls', () => {
    expect(world.cloudflare.calls.count()).toBeLessThanOrEqual(6);
  });

  it(`cost at most ${ROLLOUTS} rollout(s)`, async () => {
    expect(await generationOfConnectors()).toBeLessThanOrEqual(ROLLOUTS);
    expect(countWrites('configmaps')).toBeLessThanOrEqual(ROLLOUTS);
  });

  it('cost at most three writes per Service: finalizer, and condition before and after', () => {
    expect(countWrites('services')).toBeLessThanOrEqual(3 * NAMES.length);
  });
});

async function createAll(): Promise<void> {
  const objects = NAMES.map((name) => service(`burst/${name}`, { tunnel: 'home', hostname: hostnameOf(name) }));
  await Promise.all(objects.map((object) => world.kube.create(object)));
}

async function allExposed(): Promise<void> {
  await Promise.all(NAMES.map((name) => exposed(world, `burst/${name}`, [hostnameOf(name)], SLOW)));
}

function hostnameOf(name: string): string {
  return `${name}.example.com`;
}

function recordedHostnames(): readonly string[] {
  return world.cloudflare.admin
    .records('example.com')
    .map(({ name }) => name)
    .toSorted();
}

/** Every change of the pod template is a rollout, and nothing else of the Deployment changes here. */
async function generationOfConnectors(): Promise<number> {
  return (await world.kube.get('Deployment', 'burst/home-cloudflared')).metadata.generation ?? 0;
}

function countWrites(resource: string): number {
  return world.writes().filter(({ target }) => target.resource === resource).length;
}
