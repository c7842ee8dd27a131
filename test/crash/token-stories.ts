/** What users do with the service tokens of programs. */
import assert from 'node:assert/strict';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { DesiredState } from '../support/desired-state.ts';
import type { LocalWorld } from '../support/local-world.ts';
import { accessServiceToken } from '../support/world-objects.ts';
import { expose, HOME, SHOP, type Story, WEB } from './stories.ts';

const ROBOT = 'shop/robot';
const ONE: DesiredState = { tunnels: { [HOME]: 1 }, exposed: {} };
const HELD: DesiredState = { ...ONE, tokens: [ROBOT] };
const NAMED: DesiredState = { ...HELD, exposed: { [WEB]: { ...SHOP, access: 'staff,machines' } } };

export const TOKEN_STORIES: readonly Story[] = [
  { name: 'create a service token', before: ONE, act: create, after: HELD },
  { name: 'rotate a service token', before: HELD, act: rotate, after: HELD },
  {
    name: 'delete a service token',
    before: HELD,
    act: ({ kube }) => kube.delete('AccessServiceToken', ROBOT),
    after: ONE,
  },
  {
    name: 'delete a service token that a policy names',
    before: NAMED,
    intrude: (intruders) => intruders.close(SHOP.hostname),
    act: deleteNamed,
    after: { ...ONE, exposed: { [WEB]: { ...SHOP, access: 'staff' } } },
  },
];

async function create({ kube }: LocalWorld): Promise<void> {
  await kube.create(accessServiceToken(ROBOT));
}

/** Requests a new secret, and loses the status, which says that the request is handled. */
async function rotate({ kube }: LocalWorld): Promise<void> {
  await kube.annotate('AccessServiceToken', ROBOT, { 'cftunnel.io/rotate-token': 'now' });
  await eventually(async () =>
    assert((await kube.get('AccessServiceToken', ROBOT)).status?.['rotation'] !== undefined),
  );
  await kube.patchStatus('AccessServiceToken', ROBOT, { status: { rotation: null } });
}

/** It can only be disabled until no policy at Cloudflare names it. */
async function deleteNamed(world: LocalWorld): Promise<void> {
  const { kube, sandbox, accountId, mark } = world;
  await kube.delete('AccessServiceToken', ROBOT);
  await eventually(() => {
    const tokens = sandbox.cloudflare.admin.access.serviceTokens(accountId);
    assert(tokens.some(({ name, enabled }) => name === `${mark}${ROBOT}` && !enabled));
  });
  await expose(world, WEB, { ...SHOP, access: 'staff' });
}
