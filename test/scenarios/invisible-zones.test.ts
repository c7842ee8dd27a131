/** A token that no longer sees a zone gets no error, but a list of zones without it, as if it were deleted. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { OPERATOR_PERMISSIONS, Permission } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import { type LocalWorld, startLocalWorld, tracesOf } from '../support/local-world.ts';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { request, withdraw } from '../support/world-actions.ts';
import { tunnel } from '../support/world-objects.ts';
import { type Expected, becomes, eventsAbout, gone } from '../support/world-views.ts';

/** Five minutes of waiting take a quarter of a minute, or two seconds. */
const [UNHURRIED, HURRIED] = [20, 150];

const HOSTNAME = 'web.example.com';
const ALL = { isRuled: true, isRecorded: true, hasFinalizer: true };
const NOTHING = { isRuled: false, isRecorded: false, hasFinalizer: false };
const BLIND = OPERATOR_PERMISSIONS.filter((permission) => permission !== Permission.zoneRead);

let world: LocalWorld;

beforeEach(async () => {
  world = await startLocalWorld();
  await world.kube.create(tunnel('shop/home', { replicas: 1, accountId: world.accountId }));
});
afterEach(() => world.stop());

// Invariant 10.
it('a record that is no longer wanted stays until its zone is visible again', async () => {
  await world.startOperator({ speed: UNHURRIED });
  await expose();
  await goBlind(UNHURRIED);
  await withdraw(world, 'shop/web');

  await dnsBecomes({ status: 'False', reason: 'PermissionMissing' });
  const meanwhile = await tracesOf(world, HOSTNAME);
  permit(OPERATOR_PERMISSIONS);

  expect(meanwhile).toEqual(ALL);
  await eventually(async () => expect(await tracesOf(world, HOSTNAME)).toEqual(NOTHING));
  await dnsBecomes({ status: 'True', reason: 'RecordsSynced' });
});

it('a record that stays invisible for five minutes is reported and given up', async () => {
  await world.startOperator({ speed: HURRIED });
  await expose();
  await goBlind(HURRIED);
  await withdraw(world, 'shop/web');

  await eventually(async () => expect(await tracesOf(world, HOSTNAME)).toEqual({ ...NOTHING, isRecorded: true }));
  const message =
    /^Left behind at Cloudflare: records of web\.example\.com .* with the comment "cftunnel\.io owner=test\/shop\/home"/;
  await eventually(async () => {
    const events = await eventsAbout(world, 'Tunnel', 'shop/home');
    expect(events.find(({ reason }) => reason === 'LeftBehind')?.message).toMatch(message);
  });
});

it('with DNS disabled, a record that may not be removed for five minutes is reported and given up, and the rule stays', async () => {
  await world.startOperator({ speed: HURRIED });
  await expose();
  await goBlind(HURRIED);
  await world.kube.patch('Tunnel', 'shop/home', { spec: { dns: { mode: 'Disabled' } } });

  await dnsBecomes({ status: 'True', reason: 'DNSDisabled' });
  expect(await tracesOf(world, HOSTNAME)).toEqual(ALL);
  const events = await eventsAbout(world, 'Tunnel', 'shop/home');
  expect(events.find(({ reason }) => reason === 'LeftBehind')?.message).toContain('records of web.example.com');

  await withdraw(world, 'shop/web');
  await eventually(async () => expect(await tracesOf(world, HOSTNAME)).toEqual({ ...NOTHING, isRecorded: true }));
});

it('with DNS disabled, a deleted Service is not held any longer by a read-only zone', async () => {
  await world.startOperator({ speed: HURRIED });
  await expose();
  const readOnly = OPERATOR_PERMISSIONS.filter((permission) => permission !== Permission.dnsWrite);
  permit([...readOnly, Permission.dnsRead]);
  await world.kube.patch('Tunnel', 'shop/home', { spec: { dns: { mode: 'Disabled' } } });
  await withdraw(world, 'shop/web');

  await eventually(async () => expect(await tracesOf(world, HOSTNAME)).toEqual({ ...NOTHING, isRecorded: true }));
  await dnsBecomes({ status: 'True', reason: 'DNSDisabled' });
});

// Invariant 18.
it('a deleted Tunnel waits for the zones of its records', async () => {
  await world.startOperator({ speed: UNHURRIED });
  await expose();
  await goBlind(UNHURRIED);
  await world.kube.delete('Tunnel', 'shop/home');

  await dnsBecomes({ status: 'False', reason: 'PermissionMissing' });
  permit(OPERATOR_PERMISSIONS);

  await gone(world, 'Tunnel', 'shop/home');
  expect((await tracesOf(world, HOSTNAME)).isRecorded).toBe(false);
});

async function expose(): Promise<void> {
  await request(world, 'shop/web', 'home', HOSTNAME);
  await eventually(async () => expect(await tracesOf(world, HOSTNAME)).toEqual(ALL));
}

/** The restart discards what the operator knows about the zones. */
async function goBlind(speed: number): Promise<void> {
  permit(BLIND);
  await world.stopOperator();
  await world.startOperator({ speed });
}

function permit(permissions: readonly string[]): void {
  world.sandbox.cloudflare.admin.setPermissions(world.token, permissions);
}

async function dnsBecomes(expected: Expected): Promise<void> {
  await becomes(world, ['Tunnel', 'shop/home'], 'DNSReady', expected);
}
