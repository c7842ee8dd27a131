import { describe, expect, it } from '@jest/globals';
import { mayBeForgotten, recordIsAbsent, recordMayExist } from '../../../src/core/dns/record-presence.ts';
import type { ObservedRecord } from '../../../src/core/dns/plan.ts';
import type { Zone } from '../../../src/core/model/zone.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aHostname, aRoute } from '../../support/routes.ts';

const COM: Zone = { id: 'z1', name: 'example.com', accountId: 'a', batchLimit: 200 };
const ORG: Zone = { ...COM, id: 'z2', name: 'example.org' };
const APEX: Zone = { ...COM, id: 'z3', name: 'app.example.com' };
const APP = aRoute('app.example.com');
const UNRECORDED: Route = { ...APP, isUnrecorded: true };

describe('a published name', () => {
  it.each([
    { case: 'its record exists', records: [record('mine')], remains: true },
    { case: 'its record is deleted', records: [], remains: false },
    { case: 'its record belongs to another Tunnel now', records: [record('theirs')], remains: false },
    { case: 'it has no record', records: [record('mine')], route: UNRECORDED, remains: false },
    { case: 'its zone is not visible', records: [], invisible: [APP.hostname], remains: true },
    { case: 'one of its two zones could not be read', records: [], zones: [COM, APEX], remains: true },
  ])('may still resolve to the Tunnel: $remains, if $case', (row) => {
    const { records, remains, route = APP, invisible = [], zones = [COM] } = row;
    const seen = { visible: zones, writable: zones, records: new Map([[COM, records]]) };

    expect(recordMayExist(seen, 'mine', 'Sync', invisible)(route)).toBe(remains);
  });

  // Invariant 10.
  it('may resolve if its zone could not be read', () => {
    const seen = { visible: [COM, ORG], writable: [COM, ORG], records: new Map([[ORG, []]]) };

    expect(recordMayExist(seen, 'mine', 'Sync')(APP)).toBe(true);
    expect(recordMayExist(seen, 'mine', 'Sync')(aRoute('app.example.org'))).toBe(false);
    expect(recordMayExist(undefined, 'mine', 'Sync')(APP)).toBe(true);
  });

  it.each([
    { case: 'are never deleted', mode: 'UpsertOnly' as const, route: APP },
    { case: 'were never created, or have been removed', mode: 'Sync' as const, route: UNRECORDED },
  ])('does not wait for a record if records $case', ({ mode, route }) => {
    expect(recordMayExist(undefined, 'mine', mode)(route)).toBe(false);
  });

  it('waits for the record that was created before DNS was disabled', () => {
    const seen = { visible: [COM], writable: [COM], records: new Map([[COM, [record('mine')]]]) };

    expect(recordMayExist(seen, 'mine', 'Disabled')(APP)).toBe(true);
  });
});

describe('a record is certainly absent', () => {
  const read = { visible: [COM], writable: [COM], records: new Map<Zone, readonly ObservedRecord[]>([[COM, []]]) };

  it.each([
    { case: 'its zone was read and does not contain it', seen: read, gone: true },
    {
      case: 'its zone was read and contains it',
      seen: { ...read, records: new Map([[COM, [record('mine')]]]) },
      gone: false,
    },
    {
      case: 'it belongs to another Tunnel',
      seen: { ...read, records: new Map([[COM, [record('theirs')]]]) },
      gone: true,
    },
    { case: 'its zone could not be read', seen: { ...read, records: new Map() }, gone: false },
    { case: 'one of its two zones could not be read', seen: { ...read, visible: [COM, APEX] }, gone: false },
    { case: 'its zone is not visible', seen: { ...read, visible: [] }, gone: false },
    { case: 'the list is uncertain', seen: { ...read, uncertain: new Set([COM]) }, gone: false },
    { case: 'nothing was read', seen: undefined, gone: false },
  ])('$gone, if $case', ({ seen, gone }) => {
    expect(recordIsAbsent(seen, 'mine')(APP.hostname)).toBe(gone);
  });
});

describe('a record of an unknown hostname', () => {
  const wanted = { zone: COM, hostnames: [aHostname('app.example.com')] };
  const unasked = { zone: ORG, hostnames: [] };
  const missing = { reason: 'PermissionMissing' as const };
  const away = { reason: 'CloudflareUnreachable' as const };

  it.each([
    { case: 'no zone was read', zones: undefined, seen: [], failures: [], may: true },
    { case: 'every zone was read', zones: [wanted], seen: [[COM, []]], failures: [], may: false },
    { case: 'there are only wanted names', zones: [wanted], seen: [[COM, [record('mine')]]], failures: [], may: false },
    { case: 'there is an unwanted one', zones: [unasked], seen: [[ORG, [record('mine')]]], failures: [], may: true },
    { case: 'there is a foreign one', zones: [unasked], seen: [[ORG, [record('theirs')]]], failures: [], may: false },
    { case: 'a zone failed', zones: [wanted, unasked], seen: [[COM, []]], failures: [away], may: true },
    { case: 'a zone is forbidden', zones: [wanted, unasked], seen: [[COM, []]], failures: [missing], may: false },
    {
      case: 'another zone failed as well',
      zones: [wanted, unasked],
      seen: [[COM, []]],
      failures: [missing, away],
      may: true,
    },
    { case: 'something else failed', zones: [wanted], seen: [[COM, []]], failures: [away], may: false },
  ] as const)('may be there, where $case: $may', ({ zones, seen, failures, may }) => {
    const view = zones && {
      visible: [COM, ORG],
      writable: [COM, ORG],
      records: new Map<Zone, readonly ObservedRecord[]>(seen),
      zoned: { zones, withoutZone: [] },
    };

    expect(mayBeForgotten(view, 'mine', failures)).toBe(may);
  });
});

function record(comment: string): ObservedRecord {
  return { id: 'r1', name: 'app.example.com', type: 'CNAME', content: 't.cfargotunnel.com', proxied: true, comment };
}
