import { expect, it } from '@jest/globals';
import { digest } from '../../../../src/adapters/digest.ts';
import type { KubeObject } from '../../../../src/api/objects.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import type { Access, Cloudflare } from '../../../../src/controllers/tunnel/pass/ports.ts';
import { dropFormerConnectors } from '../../../../src/controllers/tunnel/steps/former-connectors.ts';
import { type RotationRecord, readRotation } from '../../../../src/core/tunnel/rotation-record.ts';
import { aDeployment, aTunnel } from '../../../support/builders.ts';
import { aClock, aPass } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');
const CREDENTIALS = { accountId: 'a'.repeat(32), tunnelSecret: 'bmV3', tunnelId: '1' };

/** The grace period of a connector, and a margin for its pod. */
const TERMINATION_MS = 45_000;

// Invariant 40.
it('foreign connectors are dropped once ours have been replaced and the replaced ones have ended', async () => {
  const world = aWorld({ former: ['pod', 'thief'], connected: ['thief', 'new pod'] });

  await world.pass();
  world.clock.nowMs += TERMINATION_MS - 1;
  await world.pass();
  expect(world.log).toEqual([]);

  world.clock.nowMs += 1;
  await world.pass();

  expect(world.log).toEqual(['drop thief', 'ConnectionsDropped', 'store {"handled":"now"}']);
});

it('nothing is dropped, and the search ends, if only connectors of the Tunnel are connected', async () => {
  const world = aWorld({ former: ['pod'], connected: ['new pod'] });

  await world.passAfterWait();

  expect(world.log).toEqual(['store {"handled":"now"}']);
});

it.each([
  { case: 'no rotation was requested', given: {} },
  { case: 'connectors of the Tunnel have not been replaced', given: { former: ['pod'], hash: 'old' } },
  { case: 'some of them are missing', given: { former: ['pod'], kind: 'partial' as const } },
  { case: 'it is unknown who is connected', given: { former: ['pod'], isUnknown: true } },
])('nothing happens while $case', async ({ given }) => {
  const world = aWorld({ connected: ['pod'], ...given });

  await world.passAfterWait();

  expect(world.log).toEqual([]);
});

it('the wait begins anew when a connector is missing in between', async () => {
  const world = aWorld({ former: ['thief'], connected: ['thief'] });
  await world.pass();
  world.clock.nowMs += TERMINATION_MS;

  await world.pass('rolling');
  await world.pass();

  expect(world.log).toEqual([]);
});

interface Given {
  readonly former?: readonly string[];
  readonly connected: readonly string[];
  /** Credentials of the pods. */
  readonly hash?: string;
  readonly kind?: 'complete' | 'partial';
  readonly isUnknown?: boolean;
}

/** Every change is in `log`. */
function aWorld({ former, connected, hash = 'new', kind = 'complete', isUnknown = false }: Given) {
  const log: string[] = [];
  const clock = aClock();
  const memories = new TunnelMemories(clock);
  const cloudflare: Partial<Cloudflare> = {
    connectors: async () => (isUnknown ? undefined : connected.map((id) => ({ id, configVersion: -1 }))),
    dropConnector: async (_, { connector }) => void log.push(`drop ${connector}`),
  };
  const access: Access = { cloudflare: cloudflare as Cloudflare, accountId: CREDENTIALS.accountId, tunnels: [] };
  const deployment = aDeployment('shop/home-cloudflared');
  const metadata = { annotations: { 'cftunnel.io/credentials-hash': hash } };
  const port = {
    hash: digest,
    objects: {
      apply: async (object: KubeObject): Promise<KubeObject> => {
        log.push(`store ${JSON.stringify(readRotation(object, HOME, digest))}`);
        return object;
      },
    },
    deployments: { get: () => ({ ...deployment, spec: { ...deployment.spec, template: { metadata } } }) },
    changed: (_: KubeObject, { reason }: { readonly reason: string }) => void log.push(reason),
  };
  const record: RotationRecord = { handled: 'now', ...(former === undefined ? {} : { former }) };
  const identity = { accountId: CREDENTIALS.accountId, tunnelId: '1', credentialsHash: 'new' };
  const rotation = { identity, credentials: CREDENTIALS, record, dueInMs: undefined };
  const world = {
    log,
    clock,
    pass: (now: 'complete' | 'partial' | 'rolling' = kind) => {
      const rollout = { kind: now, replicas: 2, ready: 2 };
      const connectors = { rollout, isSettled: true, hasAdvanced: false, trouble: undefined };
      return dropFormerConnectors(port, aPass(HOME, { memories }), { access, rotation, connectors });
    },
    passAfterWait: async () => {
      await world.pass();
      clock.nowMs += TERMINATION_MS;
      await world.pass();
    },
  };
  return world;
}
