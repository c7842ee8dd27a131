import { describe, expect, it } from '@jest/globals';
import { markHomeless, unseenHostnames } from '../../../src/core/dns/homeless.ts';
import type { Zone } from '../../../src/core/dns/zone.ts';
import type { Route } from '../../../src/core/routes/route.ts';
import { aHostname, aRoute } from '../../support/routes.ts';

const COM: Zone = { id: 'z1', name: 'example.com', accountId: 'a', batchLimit: 200 };
const APP = aRoute('app.example.com');
const LOST = aRoute('app.lost.example');
const NEVER: Route = { ...LOST, isHomeless: true };

describe('a wanted route without a zone', () => {
  it.each([
    { case: 'is published for the first time', published: [APP], marked: true },
    { case: 'was published so before', published: [NEVER], marked: true },
    { case: 'was published when it had one', published: [LOST], marked: false },
    { case: 'had one for another path', published: [NEVER, LOST], marked: false },
  ])('is marked where it $case: $marked', ({ published, marked }) => {
    const homeless = [aHostname('app.lost.example')];

    expect(markHomeless([APP, LOST], published, homeless)).toEqual([APP, marked ? NEVER : LOST]);
  });

  it('loses the mark with its zone found', () => {
    expect(markHomeless([LOST], [NEVER], [])).toEqual([LOST]);
  });
});

describe('a published hostname that the token may not see', () => {
  it.each([
    { case: 'in a zone it sees', published: [APP], wanted: [], mode: 'Sync' as const, names: [] },
    { case: 'in none', published: [LOST], wanted: [], mode: 'Sync' as const, names: ['app.lost.example'] },
    { case: 'in none, and still wanted', published: [LOST], wanted: [LOST], mode: 'Sync' as const, names: [] },
    { case: 'in none, ever', published: [NEVER], wanted: [], mode: 'Sync' as const, names: [] },
    { case: 'in none, never to be deleted', published: [LOST], wanted: [], mode: 'UpsertOnly' as const, names: [] },
    { case: "in none, somebody else's to delete", published: [LOST], wanted: [], mode: 'Disabled' as const, names: [] },
  ])('is one that lies $case: $names', ({ published, wanted, mode, names }) => {
    expect(unseenHostnames({ visible: [COM] }, published, wanted, mode)).toEqual(names);
  });

  it.each([
    { case: 'no zone is seen', visible: [], mode: 'Sync' as const, unseen: 'any' },
    { case: 'one is seen, and can be looked into', visible: [COM], mode: 'Sync' as const, unseen: [] },
    { case: 'no zone is seen, nor asked for', visible: [], mode: 'Disabled' as const, unseen: [] },
  ])('may be any where what was published is lost and $case: $unseen', ({ visible, mode, unseen }) => {
    expect(unseenHostnames({ visible }, 'unknown', [], mode)).toEqual(unseen);
  });

  it('is named once, however many paths it has', () => {
    expect(unseenHostnames({ visible: [] }, [LOST, LOST], [], 'Sync')).toEqual(['app.lost.example']);
  });
});
