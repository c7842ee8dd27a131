import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { Kind, KubeObject } from '../support/kube-client.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { EXPOSED, becomes, conditionOf, eventsAbout, exposed, ready } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';
import type { Cure, Mistake } from './mistake.ts';
import { SERVICE_MISTAKES } from './service-mistakes.ts';
import { TUNNEL_MISTAKES } from './tunnel-mistakes.ts';

/** One mistake is found only after its connectors have rolled out, at the same time as some fifty others. */
const PATIENT = { everyMs: 100 };
const RECOVERING = { everyMs: 100 };

interface Case extends Mistake {
  readonly namespace: string;
  readonly about: readonly [Kind, string];
}

const CASES: readonly Case[] = [
  ...TUNNEL_MISTAKES.map((mistake, index) => caseOf(mistake, `tunnel-${index}`, 'Tunnel', 'home')),
  ...SERVICE_MISTAKES.map((mistake, index) => caseOf(mistake, `service-${index}`, 'Service', 'web')),
];

const world = useWorld({ speed: 1 });
let healthy: readonly KubeObject[];
const cures = new Map<string, Cure>();

/**
 * All mistakes are made at once, next to a Tunnel and a Service without any. In real time, because a restart must end
 * before waiting becomes worth reporting.
 */
beforeAll(async () => {
  const another = world.cloudflare.admin.addAccount({ name: 'another' }).id;
  world.cloudflare.admin.addZone({ name: 'example.net', account: another });
  await world.addNamespace('healthy');
  await world.kube.create(tunnel('healthy/home'));
  await world.kube.create(service('healthy/web', { tunnel: 'home', hostname: 'healthy.example.com' }));
  await exposed(world, 'healthy/web', ['healthy.example.com']);
  await world.settled();
  healthy = await healthyObjects();
  await Promise.all(CASES.map(async ({ namespace, make }) => cures.set(namespace, await make(world, namespace))));
});

describe('a mistake', () => {
  // Invariant 6.
  it.each(CASES)(
    'is reported in a condition and a Warning event: $name',
    async ({ about, condition, reason, says }) => {
      const object = await becomes(world, about, condition, { status: 'False', reason, message: says }, PATIENT);

      const { message } = conditionOf(object, condition) ?? {};
      const event = expect.objectContaining({ type: 'Warning', reason, message });
      await eventually(async () => expect(await eventsAbout(world, ...about)).toContainEqual(event), PATIENT);
    },
  );

  // Invariant 13.
  it('is reported with the same message in every pass and after a restart, without another write of the condition', async () => {
    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
  });

  describe('that is corrected', () => {
    beforeAll(async () => {
      await Promise.all([...cures.values()].map((cure) => cure()));
    });

    it.each(CASES)('is cleared without a restart: $name', async ({ about }) => {
      if (about[0] === 'Tunnel') await ready(world, about[1], RECOVERING);
      else await becomes(world, about, EXPOSED, { status: 'True', reason: 'Exposed' }, RECOVERING);

      expect(conditionOf(await world.kube.get(...about), 'Stalled')).toBeUndefined();
    });
  });
});

describe('a Tunnel with a name of more than 50 characters', () => {
  it('is rejected by the API server, with the limit', async () => {
    const tooLong = tunnel(`healthy/${'x'.repeat(51)}`);

    await expect(world.kube.create(tooLong)).rejects.toThrow('at most 50 characters');
  });
});

describe('a healthy Tunnel and its Service', () => {
  it('are not affected by the mistakes of others', async () => {
    expect(await healthyObjects()).toEqual(healthy);
  });
});

function caseOf(mistake: Mistake, namespace: string, kind: Kind, name: string): Case {
  return { ...mistake, namespace, about: [kind, `${namespace}/${name}`] };
}

function healthyObjects(): Promise<readonly KubeObject[]> {
  return Promise.all([
    world.kube.get('Tunnel', 'healthy/home'),
    world.kube.get('Service', 'healthy/web'),
    world.kube.get('ConfigMap', 'healthy/home-cloudflared'),
  ]);
}
