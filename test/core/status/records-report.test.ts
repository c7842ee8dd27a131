import { expect, it } from '@jest/globals';
import { configReport } from '../../../src/core/status/config-report.ts';
import { type RecordsResult, disabledReport, recordsReports } from '../../../src/core/status/records-report.ts';
import type { StepReport } from '../../../src/core/status/step-report.ts';
import { aTunnel } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';

const HOME = aTunnel('shop/home');
const NAMES = ['a.example.com', 'b.example.org'];
const UP_TO_DATE: RecordsResult = {
  refused: new Map(),
  refusedDeletes: undefined,
  isPending: false,
  waiting: [],
  kept: [],
};

// Invariant 13.
it.each([
  { what: 'records that are refused', report: refuseRecords },
  { what: 'rules that find no room', report: refuseRules },
])('the message about $what does not depend on their order', ({ report }) => {
  expect(report(NAMES)?.message).toContain(NAMES[1]);
  expect(report(NAMES.toReversed())).toEqual(report(NAMES));
});

it('the message about a thousand refused records fits into a condition', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `app-${index}.example.com`);

  expect(refuseRecords(names)?.message).toMatch(/^app-0\.example\.com; .* and 980 more$/);
});

// Invariant 31.
it('names that were not tried because others are refused are listed, and looked at again soon', () => {
  const refused = new Map([['bad.example.com', { reason: 'RecordConflict' as const, message: 'bad' }]]);

  const [shown, ...others] = recordsReports(HOME, {
    ...UP_TO_DATE,
    refused,
    waiting: ['b.example.com', 'a.example.com'],
  });

  expect(shown).toMatchObject({
    status: 'False',
    reason: 'RecordsRefused',
    message: expect.stringMatching(/^bad\. .*Not written yet: a\.example\.com, b\.example\.com$/),
  });
  expect(others.map(({ disposition }) => disposition)).toContain('wait');
});

it('records that UpsertOnly keeps are listed', () => {
  expect(recordsReports(HOME, { ...UP_TO_DATE, kept: ['b.example.com', 'a.example.com'] })[0]).toMatchObject({
    status: 'True',
    message: expect.stringContaining('keeps records that are no longer wanted: a.example.com, b.example.com'),
  });
});

it.each([{ synced: 'True' }, { synced: 'False' }] as const)(
  'records that wait for the connectors leave DNSReady=$synced as it was',
  ({ synced }) => {
    const conditions = [{ type: 'DNSReady', status: synced, reason: '', message: '', lastTransitionTime: '' }];
    const tunnel = aTunnel('shop/home', { status: { conditions } });

    expect(recordsReports(tunnel, { ...UP_TO_DATE, isPending: true })[0]).toMatchObject({
      status: synced,
      reason: 'RecordsPending',
    });
  },
);

it('a mass deletion that needs confirmation comes before all else, and names the command', () => {
  const refusedDeletes = { names: new Set(NAMES), hash: 'abc' };

  expect(recordsReports(HOME, { ...UP_TO_DATE, refusedDeletes, isPending: true })[0]).toMatchObject({
    reason: 'MassDeleteRefused',
    message: expect.stringContaining('kubectl annotate tunnel -n shop home cftunnel.io/confirm-delete=abc'),
    disposition: 'stall',
  });
});

it('with DNS disabled nothing is reported as up to date', () => {
  const tunnel = aTunnel('shop/home', { spec: { dns: { mode: 'Disabled' } } });

  expect(recordsReports(tunnel, UP_TO_DATE)).toEqual([]);
});

it.each([
  { left: [], mayBeForgotten: false, report: { status: 'True', reason: 'DNSDisabled' } },
  {
    left: ['a.example.com'],
    mayBeForgotten: false,
    report: { status: 'False', message: expect.stringContaining('a.example.com') },
  },
  { left: [], mayBeForgotten: true, report: { status: 'False', message: expect.stringContaining('no longer known') } },
])('with DNS disabled the report lists the records that have not been removed: $left, $mayBeForgotten', (one) => {
  expect(disabledReport(one.left, one.mayBeForgotten)).toMatchObject(one.report);
});

function refuseRecords(names: readonly string[]): StepReport | undefined {
  const refused = names.map((name) => [name, { reason: 'RecordConflict', message: name }] as const);
  return recordsReports(HOME, { ...UP_TO_DATE, refused: new Map(refused) })[0];
}

function refuseRules(names: readonly string[]): StepReport {
  return configReport({ unfit: names.map((name) => aRoute(name, `shop/${name}`)) });
}
