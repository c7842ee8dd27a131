import { describe, expect, it } from '@jest/globals';
import {
  leftoverHostnames,
  markUnrecorded,
  recordedHostnames,
  invisibleHostnames,
} from '../../../src/core/dns/unrecorded.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aZone } from '../../support/dns.ts';
import { aRoute } from '../../support/routes.ts';

const COM = aZone('example.com');
const APP = aRoute('app.example.com');
const LOST = aRoute('app.lost.example');
const BARE: Route = { ...LOST, isUnrecorded: true };
const HANDMADE: Route = { ...APP, dns: 'disabled' };

describe('a published route', () => {
  it.each([
    { case: 'no record was or is to be made', published: [APP], mayBeMade: false, isGone: false, marked: true },
    { case: 'the same was so before', published: [BARE], mayBeMade: false, isGone: false, marked: true },
    { case: 'a record may be made now', published: [BARE], mayBeMade: true, isGone: false, marked: false },
    { case: 'a record was made', published: [LOST], mayBeMade: false, isGone: false, marked: false },
    { case: 'one was made for another path', published: [BARE, LOST], mayBeMade: false, isGone: false, marked: false },
    { case: 'the record that was made is gone', published: [LOST], mayBeMade: false, isGone: true, marked: true },
    {
      case: 'what was made is not known',
      published: 'unknown' as const,
      mayBeMade: false,
      isGone: false,
      marked: false,
    },
    {
      case: 'nothing that was made is there',
      published: 'unknown' as const,
      mayBeMade: false,
      isGone: true,
      marked: true,
    },
  ])('is marked as one without a record: $marked, where $case', ({ published, mayBeMade, isGone, marked }) => {
    const facts = { mayBeMade: () => mayBeMade, isGone: () => isGone };

    expect(markUnrecorded([LOST], published, facts)).toEqual([marked ? BARE : LOST]);
  });

  it('may have a record without the mark, whoever asks for it by now', () => {
    expect(recordedHostnames([APP, HANDMADE, BARE])).toEqual(['app.example.com']);
  });
});

describe('a record that is to be removed although its rule may stay', () => {
  it.each([
    { case: 'DNS was disabled', mode: 'Disabled' as const, wanted: [APP], left: ['app.example.com'] },
    { case: 'its Service has asked for it', mode: 'Sync' as const, wanted: [HANDMADE], left: ['app.example.com'] },
    { case: 'nobody wants the hostname', mode: 'Sync' as const, wanted: [], left: ['app.example.com'] },
    { case: 'it is wanted', mode: 'Sync' as const, wanted: [APP], left: [] },
    {
      case: 'its Service wants it',
      mode: 'Disabled' as const,
      wanted: [{ ...APP, dns: 'managed' as const }],
      left: [],
    },
    { case: 'records are never deleted', mode: 'UpsertOnly' as const, wanted: [], left: [] },
  ])('is $left, where $case', ({ mode, wanted, left }) => {
    expect(leftoverHostnames({ published: [APP, BARE], wanted, mode })).toEqual(left);
    expect(leftoverHostnames({ published: 'unknown', wanted, mode })).toEqual([]);
  });
});

describe('a published hostname whose record cannot be removed', () => {
  it.each([
    { case: 'in a zone that is seen', published: [APP], wanted: [], mode: 'Sync' as const, names: [] },
    { case: 'in none', published: [LOST], wanted: [], mode: 'Sync' as const, names: ['app.lost.example'] },
    { case: 'in none, and still wanted', published: [LOST], wanted: [LOST], mode: 'Sync' as const, names: [] },
    { case: 'in none, with no record', published: [BARE], wanted: [], mode: 'Sync' as const, names: [] },
    { case: 'in none, never to be deleted', published: [LOST], wanted: [], mode: 'UpsertOnly' as const, names: [] },
    {
      case: 'in none, with DNS disabled',
      published: [LOST],
      wanted: [LOST],
      mode: 'Disabled' as const,
      names: ['app.lost.example'],
    },
  ])('is one that lies $case: $names', ({ published, wanted, mode, names }) => {
    expect(invisibleHostnames({ visible: [COM], writable: [COM] }, { published, wanted, mode }, false)).toEqual(names);
  });

  it.each([
    { case: 'DNS is disabled', mode: 'Disabled' as const, wanted: [], writable: [COM], names: ['app.example.com'] },
    {
      case: 'its Service says so',
      mode: 'Sync' as const,
      wanted: [HANDMADE],
      writable: [COM],
      names: ['app.example.com'],
    },
    { case: 'the zone was taken off', mode: 'Sync' as const, wanted: [], writable: [], names: ['app.example.com'] },
    { case: 'nothing has changed but the permission', mode: 'Sync' as const, wanted: [], writable: [COM], names: [] },
  ])('and lies where the token may not write counts, where $case', ({ mode, wanted, writable, names }) => {
    const publication = { published: [APP], wanted, mode };

    expect(invisibleHostnames({ visible: [COM], writable }, publication, true)).toEqual(names);
    expect(invisibleHostnames({ visible: [COM], writable }, publication, false)).toEqual([]);
  });

  it.each([
    { case: 'no zone is seen', visible: [], mode: 'Sync' as const, invisible: 'any' },
    { case: 'one is seen, and can be looked into', visible: [COM], mode: 'Sync' as const, invisible: [] },
    { case: 'no zone is seen, nor asked for', visible: [], mode: 'Disabled' as const, invisible: [] },
  ])('may be any where what was published is lost and $case: $unseen', ({ visible, mode, invisible }) => {
    const publication = { published: 'unknown' as const, wanted: [], mode };

    expect(invisibleHostnames({ visible, writable: visible }, publication, false)).toEqual(invisible);
  });

  it('is named once, however many paths it has', () => {
    const publication = { published: [LOST, LOST], wanted: [], mode: 'Sync' as const };

    expect(invisibleHostnames({ visible: [], writable: [] }, publication, false)).toEqual(['app.lost.example']);
  });
});
