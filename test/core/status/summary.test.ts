import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../../src/core/status/conditions.ts';
import { summaryOf } from '../../../src/core/status/summary.ts';

const good: Report = { status: 'True', reason: 'Exposed', message: 'https://a' };
const waiting: Report = { status: 'Unknown', reason: 'Progressing', message: 'wait' };
const bad: Report = { status: 'False', reason: 'ZoneNotFound', message: 'no' };

describe('the report about several Tunnels', () => {
  it.each([
    { reports: [good], summary: good },
    { reports: [good, waiting], summary: waiting },
    { reports: [waiting, good, bad], summary: bad },
    { reports: [good, { ...good, message: 'https://b' }], summary: { ...good, message: 'https://a, https://b' } },
    { reports: [good, { ...good, message: '' }], summary: good },
  ])('of $reports.length is the worst, or lists every URL', ({ reports, summary }) => {
    expect(summaryOf(reports)).toEqual(summary);
  });

  it('needs at least one', () => {
    expect(() => summaryOf([])).toThrow('nothing to summarize');
  });
});
