import { beforeAll, expect, it } from '@jest/globals';
import { FOREIGN_FINALIZER } from '../support/local-world.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { useLocalWorld } from '../support/shared.ts';
import { tunnel } from '../support/world-objects.ts';
import { conditionOf } from '../support/world-views.ts';

const HOSTNAME = 'web.example.com';
const ALL = { isRuled: true, isRecorded: true, hasFinalizer: true };
const NOTHING = { isRuled: false, isRecorded: false, hasFinalizer: false };

const world = useLocalWorld();

beforeAll(async () => {
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
});

// Invariant 10.
it.each([
  { what: 'the zones', path: /\/zones$/ },
  { what: 'the records', path: /\/dns_records$/ },
])('while $what cannot be listed, nothing of a withdrawn Service is released', async ({ path }) => {
  await ask({ 'cftunnel.io/tunnel': 'home', 'cftunnel.io/hostname': HOSTNAME });
  await eventually(async () => expect(await whatIsThere()).toEqual(ALL));
  await world.stopOperator();
  const outage = world.sandbox.cloudflare.faults.add({ method: 'GET', path, effect: { kind: 'reply', status: 503 } });
  await ask({ 'cftunnel.io/tunnel': null, 'cftunnel.io/hostname': null });

  await world.startOperator();
  await eventually(async () => {
    const home = await world.kube.get('Tunnel', 'shop/home');
    expect(conditionOf(home, 'DNSReady')).toMatchObject({ status: 'False', reason: 'CloudflareUnavailable' });
  });
  const meanwhile = await whatIsThere();
  outage.remove();

  expect(meanwhile).toEqual(ALL);
  await eventually(async () => expect(await whatIsThere()).toEqual(NOTHING));
});

async function ask(annotations: Readonly<Record<string, string | null>>): Promise<void> {
  await world.kube.annotate('Service', 'shop/web', annotations);
}

async function whatIsThere(): Promise<unknown> {
  const configMap = await world.kube.find('ConfigMap', 'shop/home-cloudflared');
  const { finalizers = [] } = (await world.kube.get('Service', 'shop/web')).metadata;
  return {
    isRuled: configMap?.data?.['config.yaml']?.includes(HOSTNAME) === true,
    isRecorded: world.records().some(({ name }) => name === HOSTNAME),
    hasFinalizer: finalizers.some((finalizer) => finalizer !== FOREIGN_FINALIZER),
  };
}
