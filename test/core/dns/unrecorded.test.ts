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
    { case: 'no record was created or will be', published: [APP], mayBeMade: false, isGone: false, marked: true },
    { case: 'it was marked before', published: [BARE], mayBeMade: false, isGone: false, marked: true },
    { case: 'a record may be created now', published: [BARE], mayBeMade: true, isGone: false, marked: false },
    { case: 'a record was created', published: [LOST], mayBeMade: false, isGone: false, marked: false },
    {
      case: 'a record was created for another path',
      published: [BARE, LOST],
      mayBeMade: false,
      isGone: false,
      marked: false,
    },
    { case: 'its record is deleted', published: [LOST], mayBeMade: false, isGone: true, marked: true },
    {
      case: 'the published routes are unknown',
      published: 'unknown' as const,
      mayBeMade: false,
      isGone: false,
      marked: false,
    },
    {
      case: 'the published routes are unknown, and there is no record',
      published: 'unknown' as const,
      mayBeMade: false,
      isGone: true,
      marked: true,
    },
  ])('is marked as unrecorded: $marked, if $case', ({ published, mayBeMade, isGone, marked }) => {
    const facts = { mayBeMade: () => mayBeMade, isGone: () => isGone };

    expect(markUnrecorded([LOST], published, facts)).toEqual([marked ? BARE : LOST]);
  });

  it('may have a record if it is not marked, whatever is requested now', () => {
    expect(recordedHostnames([APP, HANDMADE, BARE])).toEqual(['app.example.com']);
  });
});

describe('a record that is to be removed, even if its rule stays', () => {
  it.each([
    { case: 'DNS was disabled', mode: 'Disabled' as const, wanted: [APP], left: ['app.example.com'] },
    { case: 'its Service has requested it', mode: 'Sync' as const, wanted: [HANDMADE], left: ['app.example.com'] },
    { case: 'the hostname is not wanted', mode: 'Sync' as const, wanted: [], left: ['app.example.com'] },
    { case: 'it is wanted', mode: 'Sync' as const, wanted: [APP], left: [] },
    {
      case: 'its Service wants it',
      mode: 'Disabled' as const,
      wanted: [{ ...APP, dns: 'managed' as const }],
      left: [],
    },
    { case: 'records are never deleted', mode: 'UpsertOnly' as const, wanted: [], left: [] },
  ])('is $left, if $case', ({ mode, wanted, left }) => {
    expect(leftoverHostnames({ published: [APP, BARE], wanted, mode })).toEqual(left);
    expect(leftoverHostnames({ published: 'unknown', wanted, mode })).toEqual([]);
  });
});

describe('a published hostname whose record cannot be removed', () => {
  it.each([
    { case: 'in a visible zone', published: [APP], wanted: [], mode: 'Sync' as const, names: [] },
    { case: 'in no visible zone', published: [LOST], wanted: [], mode: 'Sync' as const, names: ['app.lost.example'] },
    {
      case: 'in no visible zone, and still wanted',
      published: [LOST],
      wanted: [LOST],
      mode: 'Sync' as const,
      names: [],
    },
    { case: 'in no visible zone, without a record', published: [BARE], wanted: [], mode: 'Sync' as const, names: [] },
    {
      case: 'in no visible zone, never to be deleted',
      published: [LOST],
      wanted: [],
      mode: 'UpsertOnly' as const,
      names: [],
    },
    {
      case: 'in no visible zone, with DNS disabled',
      published: [LOST],
      wanted: [LOST],
      mode: 'Disabled' as const,
      names: ['app.lost.example'],
    },
  ])('is one $case: $names', ({ published, wanted, mode, names }) => {
    expect(invisibleHostnames({ visible: [COM], writable: [COM] }, { published, wanted, mode }, false)).toEqual(names);
  });

  it.each([
    { case: 'DNS is disabled', mode: 'Disabled' as const, wanted: [], writable: [COM], names: ['app.example.com'] },
    {
      case: 'its Service has disabled DNS',
      mode: 'Sync' as const,
      wanted: [HANDMADE],
      writable: [COM],
      names: ['app.example.com'],
    },
    {
      case: 'the zone was removed from the list',
      mode: 'Sync' as const,
      wanted: [],
      writable: [],
      names: ['app.example.com'],
    },
    {
      case: 'a nested zone was removed from the list',
      mode: 'Sync' as const,
      wanted: [],
      writable: [COM],
      nested: aZone('app.example.com'),
      names: ['app.example.com'],
    },
    { case: 'only the permission has changed', mode: 'Sync' as const, wanted: [], writable: [COM], names: [] },
  ])(
    'includes those in a zone where the token may not write, if $case',
    ({ mode, wanted, writable, nested, names }) => {
      const publication = { published: [APP], wanted, mode };
      const visible = nested === undefined ? [COM] : [COM, nested];

      expect(invisibleHostnames({ visible, writable }, publication, true)).toEqual(names);
      expect(invisibleHostnames({ visible, writable }, publication, false)).toEqual([]);
    },
  );

  it.each([
    { case: 'no zone is visible', visible: [], mode: 'Sync' as const, invisible: 'any' },
    { case: 'a zone is visible', visible: [COM], mode: 'Sync' as const, invisible: [] },
    { case: 'no zone is visible, and DNS is disabled', visible: [], mode: 'Disabled' as const, invisible: [] },
  ])('may be any if the published routes are lost and $case: $invisible', ({ visible, mode, invisible }) => {
    const publication = { published: 'unknown' as const, wanted: [], mode };

    expect(invisibleHostnames({ visible, writable: visible }, publication, false)).toEqual(invisible);
  });

  it('is listed once, however many paths it has', () => {
    const publication = { published: [LOST, LOST], wanted: [], mode: 'Sync' as const };

    expect(invisibleHostnames({ visible: [], writable: [] }, publication, false)).toEqual(['app.lost.example']);
  });
});
