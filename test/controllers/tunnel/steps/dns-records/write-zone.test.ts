import { describe, expect, it } from '@jest/globals';
import type { DnsChange } from '../../../../../src/core/dns/plan.ts';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { aRecord } from '../../../../support/dns.ts';
import { RecordsWorld, TARGET, ours } from '../../../../support/records-world.ts';
import { aRoute } from '../../../../support/routes.ts';

const APP = aRoute('app.example.com');
const API = aRoute('api.example.com');
const FOREIGN = aRecord('app.example.com', { type: 'A', content: '192.0.2.1' });
const AWAY = new OperatorError('CloudflareUnavailable', 'retry', 'away');

/** Only the deletions were written. */
function deletionsAnd(obstacle: 'clash' | 'full') {
  return (changes: readonly DnsChange[]) => {
    const [done, waiting] = [changes.filter(isDeletion), changes.filter((change) => !isDeletion(change))];
    return { done, waiting, obstacle };
  };
}

describe('a batch that is refused', () => {
  it('because of an unknown record is planned again with every record of the zone', async () => {
    const world = aWorld();
    world.hidden = [FOREIGN];
    world.answers.push(deletionsAnd('clash'));
    const pass = world.pass();

    const synced = await world.sync({}, pass);

    expect(pass.stages.failures).toEqual([]);
    expect(world.manners.map(({ isolatesClashes }) => isolatesClashes)).toEqual([false, true]);
    expect(world.contents()).toEqual({ 'api.example.com': TARGET });
    expect([...synced.inPlace]).toEqual(['api.example.com']);
    expect(synced.refused.get(APP.hostname)).toMatchObject({ reason: 'RecordConflict' });
    expect(synced).toMatchObject({ hasRetired: true, isComplete: true, waiting: [] });
  });

  it('because the zone is full is sent again with as many records as the zone takes', async () => {
    const world = aWorld();
    world.answers.push(deletionsAnd('full'));
    world.room = 1;

    const synced = await world.sync();

    expect(world.contents()).toEqual({ 'api.example.com': TARGET });
    expect(synced.refused.get(APP.hostname)?.message).toContain('is full');
  });

  it('twice is a temporary failure, and its hostnames are not in place', async () => {
    const world = aWorld();
    world.answers.push(deletionsAnd('full'), deletionsAnd('full'));
    world.room = 2;
    const pass = world.pass();

    const { inPlace, waiting, isComplete } = await world.sync({}, pass);

    expect({ inPlace, waiting, isComplete }).toEqual({ inPlace: new Set(), waiting: [], isComplete: true });
    expect(pass.stages.failures).toMatchObject([
      {
        reason: 'CloudflareRefused',
        disposition: 'retry',
        message: 'Somebody else changes records in zone example.com at the same time',
      },
    ]);
  });

  it('is not planned again if the zone cannot be read, or did not answer', async () => {
    const world = aWorld();
    const { cloudflare } = world;
    const pass = world.pass();
    world.answers.push(deletionsAnd('clash'));

    const synced = await world.sync({}, pass, { ...cloudflare, allRecords: () => Promise.reject(AWAY) });

    expect(synced).toMatchObject({ isComplete: false, hasRetired: true, inPlace: new Set() });
    expect(pass.stages.failures).toEqual([AWAY]);

    world.answers.push((waiting) => ({ waiting, obstacle: 'clash', failure: AWAY }));
    expect((await world.sync()).isComplete).toBe(false);
    expect(world.manners).toHaveLength(2);
  });

  it('because of a single name leaves the rest for the next pass, and is not repeated for a minute', async () => {
    const world = aWorld();
    world.answers.push(([change, ...waiting]) => ({
      refused: change === undefined ? [] : [{ change, message: 'no' }],
      waiting,
    }));

    const synced = await world.sync({}, world.pass({ driftIntervalMs: 1_000 }));
    await world.sync({}, world.pass({ driftIntervalMs: 600_000 }));

    expect([...synced.refused.values()].map(({ message }) => message)).toEqual([expect.stringContaining(': no')]);
    expect(synced.waiting.toSorted()).toEqual(['api.example.com', 'app.example.com']);
    expect(synced.inPlace.size).toBe(0);
    expect(world.manners.map(({ refusalAgeMs }) => refusalAgeMs)).toEqual([60_000, 600_000]);
  });
});

/** Two records are to be created, and one that nothing asks for is to be deleted. */
function aWorld(): RecordsWorld {
  const traits = { wanted: [APP, API], published: [APP, API, aRoute('old.example.com')] };
  return new RecordsWorld({ ...traits, records: [ours('old.example.com')] });
}

function isDeletion({ kind }: DnsChange): boolean {
  return kind === 'delete';
}
