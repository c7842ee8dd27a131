import { describe, expect, it } from '@jest/globals';
import { TunnelWorld } from '../../../support/tunnel-world.ts';

/** The grace period of a connector, and a moment for its pod. */
const TERMINATION_MS = 45_000;

describe('connectors that are not ours', () => {
  it('are those beyond our own, once the last that was replaced is gone for sure', async () => {
    const world = await aWorld();

    expect(await countAt(world, TERMINATION_MS - 1)).toBe(0);
    expect(await countAt(world, TERMINATION_MS)).toBe(3);
  });

  it('are counted as before while ours come and go', async () => {
    const world = await aWorld();
    await countAt(world, TERMINATION_MS);
    world.connectors = [];
    world.isRolledOut = false;

    expect(await countAt(world, 2 * TERMINATION_MS)).toBe(3);
    world.isRolledOut = true;
    expect(await countAt(world, 3 * TERMINATION_MS)).toBe(3);
  });

  it.each<{ case: string; change: (world: TunnelWorld) => unknown }>([
    { case: 'in an interval that has listed the tunnels', change: (world) => (world.tunnelsAgeMs = 59_999) },
    { case: 'while Cloudflare cannot be asked', change: (world) => (world.connectors = undefined) },
  ])('are counted as before $case', async ({ change }) => {
    const world = await aWorld();
    await countAt(world, TERMINATION_MS);
    world.connectors = [];
    change(world);

    expect(await countAt(world, 2 * TERMINATION_MS)).toBe(3);
  });
});

/** Five connectors are on the tunnel, two of them ours. */
async function aWorld(): Promise<TunnelWorld> {
  const world = await TunnelWorld.settled();
  world.tunnelsAgeMs = 60_000;
  world.connectors = ['a', 'b', 'c', 'd', 'e'];
  return world;
}

async function countAt(world: TunnelWorld, nowMs: number): Promise<number> {
  world.clock.nowMs = nowMs;
  await world.pass();
  return world.memory.foreignConnectors;
}
