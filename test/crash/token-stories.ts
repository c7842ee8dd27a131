/** What users do with the service tokens of programs. */
import assert from 'node:assert/strict';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { DesiredState } from '../support/desired-state.ts';
import type { LocalWorld } from '../support/local-world.ts';
import { accessServiceToken } from '../support/world-objects.ts';
import { HOME, type Story } from './stories.ts';

const ROBOT = 'shop/robot';
const ONE: DesiredState = { tunnels: { [HOME]: 1 }, exposed: {} };
const HELD: DesiredState = { ...ONE, tokens: [ROBOT] };

export const TOKEN_STORIES: readonly Story[] = [
  { name: 'create a service token', before: ONE, act: create, after: HELD },
  { name: 'rotate a service token', before: HELD, act: rotate, after: HELD },
  {
    name: 'delete a service token',
    before: HELD,
    act: ({ kube }) => kube.delete('AccessServiceToken', ROBOT),
    after: ONE,
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
