import { describe, expect, it } from '@jest/globals';
import { digest } from '../../../src/adapters/digest.ts';
import type { DnsChange } from '../../../src/core/dns/plan.ts';
import { type DeleteGuard, explainedBy, explainedBySpec, refuseMassDelete } from '../../../src/core/dns/safety.ts';
import { aWantedRecord, aZone } from '../../support/dns.ts';
import { aRoute } from '../../support/routes.ts';

describe('refuseMassDelete', () => {
  it.each([
    { case: 'ten deletions of ten records', deletes: 10, ours: 10, refused: false },
    { case: 'eleven that are more than 30 % of ours', deletes: 11, ours: 36, refused: true },
    { case: 'eleven that are 30 % of ours or less', deletes: 11, ours: 37, refused: false },
    { case: 'thirty of a hundred', deletes: 30, ours: 100, refused: false },
    { case: 'thirty-one of a hundred', deletes: 31, ours: 100, refused: true },
    { case: 'all of fifty', deletes: 50, ours: 50, refused: true },
  ])('refuses $case: $refused', ({ deletes, ours, refused }) => {
    expect(refuseMassDelete(deletions(deletes), aGuard({ ours })) !== undefined).toBe(refused);
  });

  it('names exactly the deletions that wait', () => {
    const record = aWantedRecord('new.example.com', 'mark');
    const changes: DnsChange[] = [...deletions(12), { kind: 'create', name: 'new.example.com', record }];

    expect(refuseMassDelete(changes, aGuard({}))?.names).toEqual(new Set(deletions(12).map(({ name }) => name)));
  });

  it('identifies what is confirmed by every name', () => {
    const whole = refuseMassDelete(deletions(12), aGuard({ hash: (text) => text }));

    expect(whole?.hash.split('\n')).toHaveLength(12);
  });

  it('does not count deletions with a known cause', () => {
    const guard = aGuard({ isExplained: (name) => name === 'name-0.example.com' });

    expect(refuseMassDelete(deletions(11), guard)).toBeUndefined();
    expect(refuseMassDelete(deletions(12), guard)).toBeDefined();
  });

  it('allows exactly the deletions that a user has confirmed', () => {
    const confirmed = refuseMassDelete(deletions(12), aGuard({}))?.hash;

    expect(refuseMassDelete(deletions(12).toReversed(), aGuard({ confirmed: `${confirmed}\n` }))).toBeUndefined();
    expect(refuseMassDelete(deletions(13), aGuard({ confirmed }))).toBeDefined();
  });
});

describe('a deletion is explained', () => {
  const routes = [
    aRoute('app.example.com', 'shop/web'),
    aRoute('two.example.com', 'shop/web'),
    aRoute('two.example.com', 'shop/api'),
  ];

  it.each([
    { case: 'by its Service, which exists', name: 'app.example.com', seen: ['shop/web'], isExplained: true },
    { case: 'by a Service that does not exist', name: 'app.example.com', seen: [], isExplained: false },
    { case: 'by all of its Services', name: 'two.example.com', seen: ['shop/web', 'shop/api'], isExplained: true },
    { case: 'by some of them', name: 'two.example.com', seen: ['shop/web'], isExplained: false },
    { case: 'at a name without a published rule', name: 'x.example.com', seen: ['shop/web'], isExplained: false },
  ])('$case: $isExplained', ({ name, seen, isExplained }) => {
    expect(explainedBy(routes, (service) => seen.includes(service))(name)).toBe(isExplained);
  });
});

describe('a deletion is explained by the spec', () => {
  const published = [aRoute('app.example.com'), { ...aRoute('kept.example.com'), dns: 'managed' as const }];
  const COM = aZone('example.com');

  it.each([
    { case: 'with DNS disabled', name: 'app.example.com', mode: 'Disabled' as const, writable: [COM], is: true },
    {
      case: 'of a Service that keeps its record',
      name: 'kept.example.com',
      mode: 'Disabled' as const,
      writable: [COM],
      is: false,
    },
    { case: 'in a zone removed from the list', name: 'app.example.com', mode: 'Sync' as const, writable: [], is: true },
    {
      case: 'in a zone that is still listed',
      name: 'app.example.com',
      mode: 'Sync' as const,
      writable: [COM],
      is: false,
    },
  ])('$case: $is', ({ name, mode, writable, is }) => {
    expect(explainedBySpec(published, mode, writable)(name)).toBe(is);
  });
});

function deletions(count: number): readonly DnsChange[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'delete',
    id: `record-${index}`,
    name: `name-${index}.example.com`,
  }));
}

/** Twenty records without an explanation or confirmation. */
function aGuard(guard: Partial<DeleteGuard>): DeleteGuard {
  return { ours: 20, isExplained: () => false, confirmed: undefined, hash: digest, ...guard };
}
