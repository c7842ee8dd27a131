import { describe, expect, it } from '@jest/globals';
import type { DnsChange, DnsPlan } from '../../../src/core/dns/plan.ts';
import { fitPlan } from '../../../src/core/dns/room.ts';
import { aWantedRecord } from '../../support/dns.ts';

const creation = (name: string): DnsChange => ({ kind: 'create', name, record: aWantedRecord(name, 'mark') });
const deletion = (name: string): DnsChange => ({ kind: 'delete', id: name, name });
const change = (name: string): DnsChange => ({ kind: 'update', id: name, name, record: aWantedRecord(name, 'mark') });
const plan = (...changes: readonly DnsChange[]): DnsPlan => ({ changes, refusals: [] });

describe('a plan for a zone that is nearly full', () => {
  it('is not changed if everything fits', () => {
    const whole = plan(creation('a.example.com'), creation('b.example.com'));

    expect(fitPlan(whole, 'example.com', 2)).toEqual(whole);
  });

  it('refuses the last names, whatever their order, and reports them', () => {
    const fitted = fitPlan(plan(creation('b.example.com'), creation('a.example.com')), 'example.com', 1);

    expect(fitted.changes.map(({ name }) => name)).toEqual(['a.example.com']);
    expect(fitted.refusals).toEqual([
      {
        name: 'b.example.com',
        message:
          'Zone example.com is full, so b.example.com gets no record. Delete records in the zone, or choose a larger plan',
      },
    ]);
  });

  it('uses the room that its own deletions free', () => {
    const fitted = fitPlan(plan(deletion('old.example.com'), creation('new.example.com')), 'example.com', 0);

    expect(fitted.refusals).toEqual([]);
  });

  it('keeps every deletion and every update', () => {
    const kept = [deletion('c.example.com'), change('b.example.com')];

    expect(
      fitPlan(plan(...kept, creation('c.example.com'), creation('d.example.com')), 'example.com', -1).changes,
    ).toEqual(kept);
  });

  it('keeps existing refusals', () => {
    const refusal = { name: 'x.example.com', message: 'taken' };

    expect(fitPlan({ changes: [], refusals: [refusal] }, 'example.com', 0).refusals).toEqual([refusal]);
  });
});
