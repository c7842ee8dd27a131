import { expect, it } from '@jest/globals';
import type { TunnelPart } from '../../../src/api/conditions.ts';
import type { PublishedConfig } from '../../../src/controllers/tunnel/config.ts';
import { reportConfig, reportDisabled, reportRecords } from '../../../src/controllers/tunnel/reports.ts';
import type { SyncedRecords } from '../../../src/controllers/tunnel/sync-records.ts';
import { Stages } from '../../../src/runtime/stages.ts';
import { aTunnel } from '../../support/builders.ts';
import { aHostname, aRoute } from '../../support/routes.ts';

const NAMES = ['a.example.com', 'b.example.org'];
const RULES: PublishedConfig = { wanted: [], served: [], refused: [], unfit: [], hash: '' };
const RECORDS: SyncedRecords = {
  inPlace: new Set(),
  refused: new Map(),
  warnings: new Map(),
  refusedDeletes: undefined,
  isPending: false,
  waiting: [],
  kept: [],
  isForbidden: false,
  hasRetired: false,
  moved: [],
  isComplete: true,
};

// Invariant 13.
it.each([
  { what: 'records that are refused', part: 'DNSReady' as const, report: refuseRecords },
  { what: 'rules that find no room', part: 'ConfigReady' as const, report: refuseRules },
])('of $what the same is said in whatever order they are found', ({ part, report }) => {
  const said = (names: readonly string[]): string | undefined => {
    const stages = new Stages<TunnelPart>(new AbortController().signal);
    report(stages, names);
    return stages.reports.get(part)?.message;
  };

  expect(said(NAMES)).toContain(NAMES[1]);
  expect(said(NAMES.toReversed())).toBe(said(NAMES));
});

it('of a thousand records that are refused as much is said as a condition has room for', () => {
  const stages = new Stages<TunnelPart>(new AbortController().signal);

  refuseRecords(
    stages,
    Array.from({ length: 1000 }, (_, index) => `app-${index}.example.com`),
  );

  expect(stages.reports.get('DNSReady')?.message).toMatch(/^app-0\.example\.com; .* and 980 more$/);
});

// Invariant 31.
it('of names that were not tried, since others are refused, it is said that they wait, and they are looked at soon', () => {
  const stages = new Stages<TunnelPart>(new AbortController().signal);
  const refused = new Map([[aHostname('bad.example.com'), { reason: 'RecordConflict' as const, message: 'bad' }]]);

  reportRecords(stages, aTunnel('shop/home'), { ...RECORDS, refused, waiting: ['b.example.com', 'a.example.com'] });

  expect(stages.reports.get('DNSReady')).toMatchObject({
    status: 'False',
    reason: 'RecordsRefused',
    message: expect.stringMatching(/^bad\. .*Not written yet: a\.example\.com, b\.example\.com$/),
  });
  expect(stages.failures.map(({ disposition }) => disposition)).toContain('wait');
});

it('of records that UpsertOnly keeps it is said which they are', () => {
  const stages = new Stages<TunnelPart>(new AbortController().signal);

  reportRecords(stages, aTunnel('shop/home'), { ...RECORDS, kept: ['b.example.com', 'a.example.com'] });

  expect(stages.reports.get('DNSReady')).toMatchObject({
    status: 'True',
    message: expect.stringContaining('keeps records that nothing asks for any more: a.example.com, b.example.com'),
  });
});

it.each([
  { left: [], mayBeForgotten: false, report: { status: 'True', reason: 'DNSDisabled' } },
  {
    left: ['a.example.com'],
    mayBeForgotten: false,
    report: { status: 'False', message: expect.stringContaining('a.example.com') },
  },
  { left: [], mayBeForgotten: true, report: { status: 'False', message: expect.stringContaining('no longer known') } },
])(
  'with DNS disabled it is said what is left to be removed: $left, $mayBeForgotten',
  ({ left, mayBeForgotten, report }) => {
    const stages = new Stages<TunnelPart>(new AbortController().signal);

    reportDisabled(stages, left, mayBeForgotten);

    expect(stages.reports.get('DNSReady')).toMatchObject(report);
  },
);

function refuseRecords(stages: Stages<TunnelPart>, names: readonly string[]): void {
  const refused = names.map((name) => [aHostname(name), { reason: 'RecordConflict', message: name }] as const);
  reportRecords(stages, aTunnel('shop/home'), { ...RECORDS, refused: new Map(refused) });
}

function refuseRules(stages: Stages<TunnelPart>, names: readonly string[]): void {
  reportConfig(stages, { ...RULES, unfit: names.map((name) => aRoute(name, `shop/${name}`)) });
}
