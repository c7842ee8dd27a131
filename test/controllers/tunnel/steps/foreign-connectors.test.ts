import { describe, expect, it } from '@jest/globals';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import type { Access, Cloudflare } from '../../../../src/controllers/tunnel/pass/ports.ts';
import { countForeign } from '../../../../src/controllers/tunnel/steps/foreign-connectors.ts';
import type { Rollout } from '../../../../src/core/tunnel/rollout.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aClock, aPass } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');
const COMPLETE: Rollout = { kind: 'complete', replicas: 2, ready: 2 };
const ROLLING: Rollout = { kind: 'rolling', replicas: 3, ready: 1 };

/** The grace period of a connector, and a moment for its pod. */
const TERMINATION_MS = 45_000;

describe('connectors that are not ours', () => {
  it('are those beyond our own, once the last that was replaced is gone for sure', async () => {
    const world = aWorld();

    expect(await world.count(COMPLETE)).toBe(0);
    world.clock.nowMs = TERMINATION_MS - 1;
    expect(await world.count(COMPLETE)).toBe(0);
    expect(world.calls).toBe(0);
    world.clock.nowMs = TERMINATION_MS;
    expect(await world.count(COMPLETE)).toBe(3);
  });

  it.each([{ rollout: ROLLING }, { rollout: undefined }])(
    'are counted as before while ours come and go, or are not known: $rollout',
    async ({ rollout }) => {
      const world = await aSettledWorld();

      expect(await world.count(rollout)).toBe(3);
      expect(await world.count(COMPLETE)).toBe(3);

      expect(world.calls).toBe(1);
    },
  );

  it('cost no call in an interval that has listed the tunnels', async () => {
    const world = await aSettledWorld();
    world.tunnelsAgeMs = 59_999;

    await world.count(COMPLETE);

    expect(world.calls).toBe(1);
  });

  it('are counted as before while Cloudflare cannot be asked', async () => {
    const world = await aSettledWorld();
    world.connectors = undefined;

    expect(await world.count(COMPLETE)).toBe(3);
  });
});

function aWorld() {
  const clock = aClock();
  const memories = new TunnelMemories(clock);
  const world = {
    clock,
    calls: 0,
    tunnelsAgeMs: 60_000,
    connectors: ['a', 'b', 'c', 'd', 'e'] as readonly string[] | undefined,
    count: (rollout: Rollout | undefined) =>
      countForeign(aPass(HOME, { memories }), { access, tunnelId: 't', rollout }),
  };
  const cloudflare: Partial<Cloudflare> = {
    tunnelsAgeMs: () => world.tunnelsAgeMs,
    connectors: async () => {
      world.calls += 1;
      return world.connectors?.map((id) => ({ id, configVersion: -1 }));
    },
  };
  const access: Access = { cloudflare: cloudflare as Cloudflare, accountId: 'a', tunnels: [] };
  return world;
}

/** Three foreign connectors have been seen. */
async function aSettledWorld() {
  const world = aWorld();
  await world.count(COMPLETE);
  world.clock.nowMs = TERMINATION_MS;
  await world.count(COMPLETE);
  return world;
}
