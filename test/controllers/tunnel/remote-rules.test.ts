import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { TARGET } from '../../support/records-world.ts';
import { TunnelWorld, bothPods, tableOf } from '../../support/tunnel-world.ts';

const REMOTE = { spec: { configMode: 'Remote' as const } };
const REFUSED = new OperatorError('CloudflareRefused', 'wait', 'refused');

// Invariant 7.
describe('a Tunnel with its rules at Cloudflare', () => {
  it('creates the record when every connector runs the rule, and asks nobody any more after that', async () => {
    const world = new TunnelWorld(REMOTE);

    expect((await world.pass()).recheckAfterMs).toBe(5_000);
    expect(world.remoteRules()).toEqual(['app.example.com']);
    world.isRolledOut = true;
    world.podVersions = { one: 1, two: 0 };
    expect((await world.pass()).recheckAfterMs).toBe(250);
    expect(world.cloud.contents()).toEqual({});
    world.podVersions = bothPods(1);
    expect((await world.pass()).recheckAfterMs).toBe(10_000);
    expect(world.cloud.contents()).toEqual({ 'app.example.com': TARGET });
    world.podVersions = bothPods(undefined);
    world.log.length = 0;
    expect(await world.pass()).toEqual({ recheckAfterMs: 10_000, failures: [] });
    expect(world.log).toEqual([]);
    expect(world.observation?.isServed).toBe(true);
  });

  it('serves both rules of a renamed hostname until its record has moved', async () => {
    const world = await TunnelWorld.settled(REMOTE);
    world.table = tableOf('new.example.com');

    await world.pass();
    expect(world.remoteRules()).toEqual(['app.example.com', 'new.example.com']);
    world.podVersions = bothPods(2);
    expect((await world.pass()).recheckAfterMs).toBe(0);
    expect(world.cloud.contents()).toEqual({ 'new.example.com': TARGET });
    await world.pass();

    expect([world.remoteRules(), world.rules()]).toEqual([['new.example.com'], ['new.example.com']]);
    expect(world.log).not.toContain('apply Deployment');
  });

  it.each([
    { waitedMs: 9_999, connectors: 'True RollingOut', recheckAfterMs: 250 },
    { waitedMs: 10_000, connectors: 'True RulesNotApplied', recheckAfterMs: 10_000 },
  ])('reports $connectors when pods have run earlier rules for $waitedMs ms', async (row) => {
    const world = await TunnelWorld.settled(REMOTE);
    world.table = tableOf('app.example.com', 'new.example.com');
    await world.pass();
    world.clock.nowMs += row.waitedMs;

    const { recheckAfterMs } = await world.pass();

    expect([world.conditions()['ConnectorsReady'], recheckAfterMs]).toEqual([row.connectors, row.recheckAfterMs]);
  });

  it.each([
    { failing: 'list tunnels', config: 'Waiting for CredentialsReady' },
    { failing: 'read rules', config: 'False CloudflareRefused' },
    { failing: 'write rules', config: 'False CloudflareRefused' },
  ])('leaves the connectors and records as they are while it fails to $failing', async ({ failing, config }) => {
    const world = await TunnelWorld.settled(REMOTE);
    world.table = tableOf('new.example.com');
    world.failures.set(failing, REFUSED);

    await world.pass();

    expect(world.conditions()).toMatchObject({ ConfigReady: config, ConnectorsReady: 'True ConnectorsAvailable' });
    expect(world.log).not.toContain('apply Deployment');
    expect(world.cloud.contents()).toEqual({ 'app.example.com': TARGET });
  });
});
