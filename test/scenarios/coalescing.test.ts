import { beforeAll, describe, expect, it } from '@jest/globals';
import { withdraw } from '../support/world-actions.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { namesOfOurs } from '../support/world-records.ts';
import { exposed, hostnamesOf, ready, unexposed } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const NAMES = Array.from({ length: 50 }, (_, index) => `web-${index}`);
const LEAVING = NAMES.slice(0, 25);
const STAYING = NAMES.slice(25);
/** Slower than real time, so that a burst ends before the operator's quiet period does, even on a busy machine. */
const SPEED = 0.25;
const SLOW = { everyMs: 100 };

const world = useWorld({ speed: SPEED });

describe('50 Services that are added at once to a running Tunnel, 25 of which are deleted at once', () => {
  let generationBefore: number;

  beforeAll(async () => {
    await world.addNamespace('burst');
    await world.kube.create(tunnel('burst/home'));
    await ready(world, 'burst/home');
    await world.settled();
    generationBefore = await generationOfConnectors();
    world.forgetCalls();

    await createAll();
    await Promise.all(NAMES.map((name) => exposed(world, `burst/${name}`, [hostnameOf(name)], SLOW)));
    await Promise.all(LEAVING.map((name) => withdraw(world, `burst/${name}`)));
    await Promise.all(LEAVING.map((name) => unexposed(world, `burst/${name}`, SLOW)));
    await world.settled();
  });

  it('leave exactly the rules and records of the others', async () => {
    const wanted = STAYING.map(hostnameOf).toSorted();

    expect(await hostnamesOf(world, 'burst/home')).toEqual(wanted);
    expect(namesOfOurs(world, 'example.com')).toEqual(wanted);
  });

  it('cost at most 10 Cloudflare calls in all', () => {
    expect(world.cloudflare.calls.count()).toBeLessThanOrEqual(10);
  });

  it('cost at most 2 rollouts in all', async () => {
    expect((await generationOfConnectors()) - generationBefore).toBeLessThanOrEqual(2);
  });

  it('cost at most 3 writes of the ConfigMap', () => {
    const writes = world.writes().filter(({ target }) => target.resource === 'configmaps');

    expect(writes.length).toBeLessThanOrEqual(3);
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

async function createAll(): Promise<void> {
  const objects = NAMES.map((name) => service(`burst/${name}`, { tunnel: 'home', hostname: hostnameOf(name) }));
  await Promise.all(objects.map((object) => world.kube.create(object)));
}

function hostnameOf(name: string): string {
  return `${name}.example.com`;
}

/** Every change of the pod template is a rollout, and nothing else of the Deployment changes here. */
async function generationOfConnectors(): Promise<number> {
  return (await world.kube.get('Deployment', 'burst/home-cloudflared')).metadata.generation ?? 0;
}
