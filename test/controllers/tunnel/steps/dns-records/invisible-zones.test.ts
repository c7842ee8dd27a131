import { describe, expect, it } from '@jest/globals';
import {
  type InvisibleRecords,
  awaitInvisible,
  reportGivenUp,
} from '../../../../../src/controllers/tunnel/steps/dns-records/invisible-zones.ts';
import type { TunnelPass } from '../../../../../src/controllers/tunnel/pass/tunnel-pass.ts';
import type { RecordView } from '../../../../../src/core/dns/record-presence.ts';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { aTunnel } from '../../../../support/builders.ts';
import { aZone } from '../../../../support/dns.ts';
import { RecordsWorld } from '../../../../support/records-world.ts';
import { aRoute } from '../../../../support/routes.ts';

const ZONES = [aZone('example.com')];
const VIEW = { zoned: { zones: [], withoutZone: [] }, visible: ZONES, writable: ZONES, records: new Map() };
const NOTHING_VISIBLE = { ...VIEW, visible: [], writable: [] };
const NONE = { waiting: [], givenUp: [] };

describe('records in zones that the token does not see', () => {
  it('are waited for as a failure, and then given up and reported when the rules are written', async () => {
    const world = new RecordsWorld({ published: [aRoute('app.lost.example')] });
    const [first, last] = [world.pass(), world.pass()];

    const waiting = look(world, { pass: first });
    await reportGivenUp(world.port, first, waiting);
    world.clock.nowMs = 300_000;
    const givenUp = look(world, { pass: last });
    expect(world.log).toEqual([]);
    await reportGivenUp(world.port, last, givenUp);

    expect(waiting).toEqual({ waiting: ['app.lost.example'], givenUp: [] });
    expect(first.stages.failures).toMatchObject([{ reason: 'PermissionMissing', disposition: 'wait' }]);
    expect(first.stages.reports.get('DNSReady')?.message).toContain('the records of app.lost.example:');
    expect(givenUp).toMatchObject({ waiting: [], givenUp: ['app.lost.example'] });
    expect(givenUp.message).toMatch(/records of app\.lost\.example and any others.*Cannot delete/);
    expect(last.stages.failures).toEqual([]);
    expect(world.log).toEqual(['LeftBehind']);
  });

  it('may be of any name once the rules are lost', () => {
    const world = new RecordsWorld({ published: 'lost' });
    const pass = world.pass();

    expect(look(world, { pass })).toEqual({ waiting: 'any', givenUp: [] });
    expect(pass.stages.reports.get('DNSReady')?.message).toContain('the records of names that are no longer known');
    world.clock.nowMs = 300_000;
    expect(look(world, {})).toMatchObject({ waiting: [], givenUp: [] });
  });

  it.each([
    { between: 'that sees no zone because Cloudflare is away', view: undefined, isWaiting: false },
    { between: 'that sees the zone', view: { ...VIEW, visible: [aZone('lost.example')] }, isWaiting: true },
  ])('are waited for anew after a pass $between: $isWaiting', ({ view, isWaiting }) => {
    const world = new RecordsWorld({ published: [aRoute('app.lost.example')] });
    look(world, {});
    world.clock.nowMs = 200_000;
    expect(look(world, { view })).toEqual(NONE);
    world.clock.nowMs = 300_000;

    expect(look(world, {}).waiting).toHaveLength(isWaiting ? 1 : 0);
  });
});

describe('records that the token may not remove', () => {
  const forbidden = new OperatorError('PermissionMissing', 'stall', 'no');
  const away = new OperatorError('CloudflareUnavailable', 'retry', 'away');

  it.each<{ case: string; failures: readonly OperatorError[]; wasRefused?: boolean; isWaiting: boolean }>([
    { case: 'the lookup is refused', failures: [forbidden], isWaiting: true },
    { case: 'the last write was refused', failures: [], wasRefused: true, isWaiting: true },
    { case: 'nothing is refused', failures: [], isWaiting: false },
    { case: 'the lookup fails otherwise', failures: [away], isWaiting: false },
    { case: 'something is merely unavailable as well', failures: [forbidden, away], isWaiting: false },
  ])('are waited for if $case: $isWaiting', ({ failures, wasRefused, isWaiting }) => {
    const tunnel = aTunnel('shop/home', { spec: { dns: { mode: 'Disabled' } }, status: { config: { hash: 'abc' } } });
    const world = new RecordsWorld({ tunnel, published: [aRoute('app.example.com')] });
    for (const view of [VIEW, undefined]) {
      const pass = world.pass();
      pass.memory.lastPass = { inputs: [], failures: [], areRecordsForbidden: wasRefused === true };
      for (const failure of failures) pass.stages.fail('DNSReady', failure);

      expect(look(world, { pass, view }).waiting).toEqual(isWaiting ? ['app.example.com'] : []);
    }
  });
});

interface Look {
  readonly pass?: TunnelPass;
  /** Nothing is visible, unless this is given. */
  readonly view?: RecordView | undefined;
}

function look(world: RecordsWorld, given: Look): InvisibleRecords {
  return awaitInvisible(world.port, given.pass ?? world.pass(), 'view' in given ? given.view : NOTHING_VISIBLE);
}
