import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type CrashWorld, FOREIGN_FINALIZER, startCrashWorld } from '../crash/crash-world.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { startHurriedOperator } from '../support/hurried-operator.ts';
import type { LocalOperator } from '../support/local-operator.ts';
import { tunnel } from '../support/world-objects.ts';
import { conditionOf } from '../support/world-views.ts';

const HOSTNAME = 'web.example.com';
const ALL = { isRuled: true, isRecorded: true, hasFinalizer: true };
const NOTHING = { isRuled: false, isRecorded: false, hasFinalizer: false };

let world: CrashWorld;
let operator: LocalOperator;

beforeAll(async () => {
  world = await startCrashWorld();
  operator = await startHurriedOperator(world);
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
});
afterAll(async () => {
  await operator.stop();
  await world.sandbox.stop();
});

// Invariant 10.
it.each([
  { what: 'the zones', path: /\/zones$/ },
  { what: 'the records', path: /\/dns_records$/ },
])('while $what cannot be listed, nothing of a withdrawn Service is released', async ({ path }) => {
  await ask({ 'cftunnel.io/tunnel': 'home', 'cftunnel.io/hostname': HOSTNAME });
  await eventually(async () => expect(await whatIsThere()).toEqual(ALL));
  await operator.stop();
  const outage = world.sandbox.cloudflare.faults.add({ method: 'GET', path, effect: { kind: 'reply', status: 503 } });
  await ask({ 'cftunnel.io/tunnel': null, 'cftunnel.io/hostname': null });

  operator = await startHurriedOperator(world);
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
