import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DnsChange, type DnsRules, type ObservedRecord, planDns } from '../../../src/core/dns/plan.ts';
import { shuffled } from '../../support/arbitraries.ts';
import { aRecord, aWantedAddress, aWantedRecord } from '../../support/dns.ts';
import { CLUSTER, OURS, SIBLING, STRANGER, anyZoneCase, applyChanges, someRules } from './zone-case.ts';

const WANTED = aWantedRecord('a.example.com', OURS);
const HELD = aRecord('a.example.com', { comment: OURS });

describe('a wanted name', () => {
  it.each([
    { case: 'is created if there is no record', observed: [], changes: ['create a.example.com'] },
    { case: 'is not changed if it is up to date', observed: [HELD], changes: [] },
    {
      case: 'is updated if it has another target',
      observed: [{ ...HELD, content: 'x.example' }],
      changes: ['update a.example.com'],
    },
    {
      case: 'is updated if it is not proxied',
      observed: [{ ...HELD, proxied: false }],
      changes: ['update a.example.com'],
    },
    {
      case: 'is taken over from another Tunnel',
      observed: [{ ...HELD, comment: SIBLING }],
      changes: ['update a.example.com'],
    },
    {
      case: 'is created next to records that coexist with a CNAME',
      observed: [
        aRecord('a.example.com', { type: 'TXT', comment: OURS }),
        aRecord('a.example.com', { type: 'MX', id: '2' }),
      ],
      changes: ['create a.example.com'],
    },
  ])('$case', ({ observed, changes }) => {
    const plan = planDns([WANTED], observed, someRules());

    expect(plan.changes.map(brief)).toEqual(changes);
    expect(plan.refusals).toEqual([]);
  });

  it('is written with all of its fields', () => {
    expect(planDns([WANTED], [], someRules()).changes).toEqual([
      { kind: 'create', name: 'a.example.com', record: WANTED },
    ]);
    expect(planDns([WANTED], [{ ...HELD, proxied: false }], someRules()).changes).toEqual([
      { kind: 'update', id: HELD.id, name: 'a.example.com', record: WANTED },
    ]);
  });

  it("keeps its own Tunnel's record rather than another's, and deletes redundant ones", () => {
    const observed = [
      { ...HELD, id: '1', comment: SIBLING },
      { ...HELD, id: '2' },
      { ...HELD, id: '3' },
    ];

    expect(planDns([WANTED], observed, someRules()).changes).toEqual([
      { kind: 'delete', id: '3', name: 'a.example.com' },
      { kind: 'delete', id: '1', name: 'a.example.com' },
    ]);
  });

  it('keeps the only CNAME of several records of ours, whatever its comment and id', () => {
    const observed = [
      { ...HELD, id: '1', type: 'A' },
      { ...HELD, id: '2', comment: SIBLING },
    ];

    expect(planDns([WANTED], observed, someRules()).changes.map(brief)).toEqual([
      'delete a.example.com',
      'update a.example.com',
    ]);
  });

  it('is repaired if the type of our record was changed by hand', () => {
    const edited = { ...HELD, type: 'A', content: '192.0.2.1' };

    const { changes, refusals } = planDns([WANTED], [edited], someRules());

    expect(refusals).toEqual([]);
    expect(applyChanges([edited], changes)).toMatchObject([WANTED]);
  });
});

describe('a foreign record at a wanted name', () => {
  it.each([
    {
      case: 'of another type',
      foreign: aRecord('a.example.com', { type: 'A', content: '192.0.2.1' }),
      message:
        'A record that this operator did not create already exists at a.example.com (A 192.0.2.1). Delete it, or set spec.dns.onConflict: Overwrite on Tunnel shop/home',
    },
    {
      case: 'made by hand',
      foreign: aRecord('a.example.com', { content: 'x.example' }),
      message:
        'A record that this operator did not create already exists at a.example.com (CNAME x.example). Delete it, or set spec.dns.onConflict: Overwrite on Tunnel shop/home',
    },
    {
      case: 'one of several records',
      foreign: [aRecord('a.example.com'), aRecord('a.example.com', { type: 'A', content: '192.0.2.1' })],
      message: `Records that this operator did not create already exist at a.example.com (CNAME ${WANTED.content}, A 192.0.2.1). Delete them, or set spec.dns.onConflict: Overwrite on Tunnel shop/home`,
    },
    {
      case: 'a record of another type with the same content',
      foreign: aRecord('a.example.com', { type: 'NS' }),
      message: `A record that this operator did not create already exists at a.example.com (NS ${WANTED.content}). Delete it, or set spec.dns.onConflict: Overwrite on Tunnel shop/home`,
    },
    {
      case: 'a delegation',
      foreign: aRecord('a.example.com', { type: 'NS', content: 'ns.example.net' }),
      message:
        'A record that this operator did not create already exists at a.example.com (NS ns.example.net). Delete it, or set spec.dns.onConflict: Overwrite on Tunnel shop/home',
    },
    {
      case: 'made by hand for this tunnel',
      foreign: aRecord('a.example.com'),
      message:
        'The record at a.example.com points to this Tunnel, but this operator did not create it. To take it over, set spec.dns.onConflict: Adopt on Tunnel shop/home',
    },
    {
      case: 'of another cluster for this tunnel',
      foreign: { ...HELD, comment: STRANGER },
      message:
        'The record at a.example.com points to this Tunnel, but carries the mark of cluster test ("cftunnel.io owner=test/shop/home"). To take it over, set spec.dns.onConflict: Overwrite on Tunnel shop/home, or start the operator with --cluster-name=test if it is the same cluster',
    },
    {
      case: 'of another cluster',
      foreign: { ...HELD, content: 'x.example', comment: STRANGER },
      message:
        'A record that this operator did not create already exists at a.example.com (CNAME x.example). Delete it, or set spec.dns.onConflict: Overwrite on Tunnel shop/home',
    },
  ])('is refused and reported if it is $case', ({ foreign, message }) => {
    expect(planDns([WANTED], [foreign].flat(), someRules())).toEqual({
      changes: [],
      refusals: [{ name: 'a.example.com', message }],
    });
  });

  it('does not affect other names', () => {
    const desired = [WANTED, aWantedRecord('b.example.com', OURS)];

    const { changes } = planDns(desired, [aRecord('a.example.com', { type: 'A' })], someRules());

    expect(changes.map(brief)).toEqual(['create b.example.com']);
  });

  it('is replaced with Overwrite', () => {
    const observed = [aRecord('a.example.com', { type: 'A' }), aRecord('a.example.com', { type: 'TXT', id: 'text' })];

    const plan = planDns([WANTED], observed, someRules({ onConflict: 'Overwrite' }));

    expect(plan.changes.map(brief)).toEqual(['delete a.example.com', 'create a.example.com']);
    expect(applyChanges(observed, plan.changes).map(({ type }) => type)).toEqual(['TXT', 'CNAME']);
  });

  it.each(['Adopt', 'Overwrite'] as const)('is updated in place with %s if it leads to the tunnel', (onConflict) => {
    const theirs = aRecord('a.example.com', { comment: 'made by hand', proxied: false });

    const plan = planDns([WANTED], [theirs], someRules({ onConflict }));

    expect(plan).toEqual({
      changes: [{ kind: 'update', id: theirs.id, name: 'a.example.com', record: WANTED }],
      refusals: [],
    });
  });

  it.each([
    { case: 'of another type', records: [aRecord('a.example.com', { type: 'A', content: '192.0.2.1' })] },
    { case: 'that leads elsewhere', records: [aRecord('a.example.com', { content: 'x.example' })] },
    {
      case: 'beside another',
      records: [aRecord('a.example.com'), aRecord('a.example.com', { id: '2', type: 'AAAA' })],
    },
    { case: 'beside ours', records: [aRecord('a.example.com'), { ...HELD, id: '2' }] },
    { case: 'of another cluster', records: [{ ...HELD, comment: STRANGER }] },
  ])('is refused with Adopt if it is one $case', ({ records }) => {
    const plan = planDns([WANTED], records, someRules({ onConflict: 'Adopt' }));

    expect(plan).toMatchObject({ changes: [], refusals: [{ name: 'a.example.com' }] });
  });
});

/** A record of ours with an address. */
function held(content: string, traits: Partial<ObservedRecord> = {}): ObservedRecord {
  return aRecord('a.example.com', { id: content, ...aWantedAddress('a.example.com', OURS, content), ...traits });
}

describe('addresses that are wanted at a name', () => {
  const [TEN, ELEVEN, SIX] = ['192.168.1.10', '192.168.1.11', 'fd00::10'] as const;
  const wanted = [TEN, ELEVEN, SIX].map((content) => aWantedAddress('a.example.com', OURS, content));
  const plan = (observed: readonly ObservedRecord[], rules: Partial<DnsRules> = {}) => {
    const { changes, refusals } = planDns(wanted, observed, someRules(rules));
    return [changes.map(describeChange), refusals.map(({ message }) => message)];
  };

  it.each<{ case: string; observed: readonly ObservedRecord[]; changes: readonly string[] }>([
    {
      case: 'get a record each',
      observed: [],
      changes: [`create A ${TEN}`, `create A ${ELEVEN}`, `create AAAA ${SIX}`],
    },
    { case: 'are not written again', observed: [held(SIX), held(TEN), held(ELEVEN)], changes: [] },
    {
      case: 'are not written again where another spelling is stored',
      observed: [held(SIX, { content: 'FD00:0:0:0:0:0:0:10' }), held(TEN), held(ELEVEN)],
      changes: [],
    },
    {
      case: 'take the records of addresses that are not wanted any more',
      observed: [held(TEN), held('192.168.1.9'), held('fd00::9'), held('192.168.1.8')],
      changes: ['delete 192.168.1.9', `update 192.168.1.8 to A ${ELEVEN}`, `update fd00::9 to AAAA ${SIX}`],
    },
    {
      case: 'lose the proxy that somebody has switched on',
      observed: [held(TEN, { proxied: true }), held(ELEVEN), held(SIX)],
      changes: [`update ${TEN} to A ${TEN}`],
    },
    {
      case: 'replace a record that leads to the tunnel within one batch',
      observed: [HELD],
      changes: [`delete ${HELD.id}`, `create A ${TEN}`, `create A ${ELEVEN}`, `create AAAA ${SIX}`],
    },
  ])('$case', ({ observed, changes }) => {
    expect(plan(observed)).toEqual([changes, []]);
  });

  // Invariant 4.
  it('are not written beside foreign ones', () => {
    const foreign = held('192.168.1.9', { comment: '' });

    expect(plan([held(TEN), foreign])).toEqual([
      [],
      [
        'A record that this operator did not create already exists at a.example.com (A 192.168.1.9). Delete it, or set spec.dns.onConflict: Overwrite on Tunnel shop/home',
      ],
    ]);
    expect(plan([held(TEN), foreign], { onConflict: 'Overwrite' })).toEqual([
      ['delete 192.168.1.9', `create A ${ELEVEN}`, `create AAAA ${SIX}`],
      [],
    ]);
  });

  it('are taken over with Adopt if they are there already', () => {
    const theirs = [held(TEN, { comment: '' }), held(SIX, { comment: 'made by hand' })];

    expect(plan(theirs.slice(0, 1))).toEqual([
      [],
      [
        `The record at a.example.com holds the address ${TEN}, as it should, but this operator did not create it. To take it over, set spec.dns.onConflict: Adopt on Tunnel shop/home`,
      ],
    ]);
    expect(plan([...theirs, held(ELEVEN)], { onConflict: 'Adopt' })).toEqual([
      [`update ${TEN} to A ${TEN}`, `update ${SIX} to AAAA ${SIX}`],
      [],
    ]);
  });
});

describe('an NS record', () => {
  const delegation = aRecord('a.example.com', { type: 'NS', content: 'ns.example.net' });

  it('is replaced with Overwrite if it delegates a wanted name', () => {
    const { changes } = planDns([WANTED], [delegation], someRules({ onConflict: 'Overwrite' }));

    expect(changes.map(brief)).toEqual(['delete a.example.com', 'create a.example.com']);
  });

  it.each(['Refuse', 'Overwrite'] as const)('of the zone itself is never changed with %s', (onConflict) => {
    const { changes } = planDns([WANTED], [delegation], someRules({ onConflict, zone: 'a.example.com' }));

    expect(changes.map(brief)).toEqual(['create a.example.com']);
  });
});

describe('a record at a name that is not wanted', () => {
  it.each<{ case: string; comment: string; rules: Partial<DnsRules>; changes: readonly string[] }>([
    { case: 'is deleted if it is ours', comment: OURS, rules: {}, changes: ['delete a.example.com'] },
    { case: "is kept if it is another Tunnel's", comment: SIBLING, rules: {}, changes: [] },
    { case: "is kept if it is another cluster's", comment: STRANGER, rules: {}, changes: [] },
    { case: 'is kept if it has no mark', comment: '', rules: { onConflict: 'Overwrite' }, changes: [] },
    { case: 'is kept with UpsertOnly', comment: OURS, rules: { mode: 'UpsertOnly' }, changes: [] },
    {
      case: 'is kept for the Tunnel that claims it now',
      comment: OURS,
      rules: { claimedElsewhere: () => true },
      changes: [],
    },
  ])('$case', ({ comment, rules, changes }) => {
    const plan = planDns([], [aRecord('a.example.com', { comment })], someRules(rules));

    expect(plan.changes.map(brief)).toEqual(changes);
  });
});

describe('any plan', () => {
  // Invariant 4.
  it('changes no foreign record, except at a wanted name with Overwrite, or with Adopt if it says what is wanted', () => {
    fc.assert(
      fc.property(anyZoneCase(), ({ desired, observed, rules }) => {
        const { changes } = planDns(desired, observed, rules);
        const foreign = touchedBy(changes, observed).filter(({ comment }) => !comment.startsWith(CLUSTER));
        const mayTake = ({ name, type, content }: ObservedRecord): boolean =>
          desired.some((wanted) => {
            const isAsWanted = type === wanted.type && content === wanted.content;
            const policies = isAsWanted ? ['Adopt', 'Overwrite'] : ['Overwrite'];
            return wanted.name === name && policies.includes(rules.onConflict);
          });
        expect(foreign.filter((record) => !mayTake(record))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('deletes no foreign record with Adopt', () => {
    fc.assert(
      fc.property(anyZoneCase({ onConflict: 'Adopt' }), ({ desired, observed, rules }) => {
        const deletions = planDns(desired, observed, rules).changes.filter(({ kind }) => kind === 'delete');
        expect(touchedBy(deletions, observed).filter(({ comment }) => !comment.startsWith(CLUSTER))).toEqual([]);
      }),
    );
  });

  it('deletes only records of its own Tunnel that no other Tunnel claims', () => {
    fc.assert(
      fc.property(anyZoneCase(), ({ observed, rules }) => {
        const records = touchedBy(planDns([], observed, rules).changes, observed);
        expect(records.filter(({ comment, name }) => comment !== OURS || rules.claimedElsewhere(name))).toEqual([]);
      }),
    );
  });

  it('does not depend on the order of the input', () => {
    const cases = anyZoneCase().chain((one) =>
      fc.tuple(
        fc.constant(one.rules),
        shuffled(fc.constant([...one.desired])),
        shuffled(fc.constant([...one.observed])),
      ),
    );

    fc.assert(
      fc.property(cases, ([rules, [desired, otherDesired], [observed, otherObserved]]) => {
        expect(planDns(otherDesired, otherObserved, rules)).toEqual(planDns(desired, observed, rules));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves nothing to change for the next plan', () => {
    fc.assert(
      fc.property(anyZoneCase(), ({ desired, observed, rules }) => {
        const first = planDns(desired, observed, rules);
        const second = planDns(desired, applyChanges(observed, first.changes), rules);
        expect(second).toEqual({ changes: [], refusals: first.refusals });
      }),
      { numRuns: 300 },
    );
  });

  it('results in the wanted records at each name that is not refused, without conflicting records', () => {
    fc.assert(
      fc.property(anyZoneCase(), ({ desired, observed, rules }) => {
        const { changes, refusals } = planDns(desired, observed, rules);
        const after = applyChanges(observed, changes);
        const isSettled = ({ name }: { readonly name: string }): boolean =>
          !refusals.some((refusal) => refusal.name === name);
        for (const [name, wanted] of Map.groupBy(desired.filter(isSettled), (record) => record.name)) {
          const there = after.filter(
            (record) =>
              record.name === name && !['TXT', 'MX', ...(name === rules.zone ? ['NS'] : [])].includes(record.type),
          );
          expect(there.toSorted(byContent)).toEqual(
            wanted.toSorted(byContent).map((record) => expect.objectContaining(record)),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('deletes first, then updates, then creates', () => {
    fc.assert(
      fc.property(anyZoneCase(), ({ desired, observed, rules }) => {
        const kinds = planDns(desired, observed, rules).changes.map(({ kind }) => kind);
        const inOrder = ['delete', 'update', 'create'].flatMap((kind) => kinds.filter((one) => one === kind));
        expect(kinds).toEqual(inOrder);
      }),
    );
  });

  it('with UpsertOnly deletes only what conflicts with a wanted name', () => {
    fc.assert(
      fc.property(anyZoneCase({ mode: 'UpsertOnly' }), ({ desired, observed, rules }) => {
        const deleted = planDns(desired, observed, rules).changes.filter(({ kind }) => kind === 'delete');
        const wanted = new Set(desired.map(({ name }) => name));
        expect(deleted.filter(({ name }) => !wanted.has(name))).toEqual([]);
      }),
    );
  });

  it('either refuses or changes a name', () => {
    fc.assert(
      fc.property(anyZoneCase(), ({ desired, observed, rules }) => {
        const { changes, refusals } = planDns(desired, observed, rules);
        const refused = refusals.map(({ name }) => name);
        expect(new Set(refused).size).toBe(refused.length);
        expect(changes.filter(({ name }) => refused.includes(name))).toEqual([]);
      }),
    );
  });
});

/** The records that the changes delete or update. */
function touchedBy(changes: readonly DnsChange[], observed: readonly ObservedRecord[]): readonly ObservedRecord[] {
  return observed.filter(({ id }) => changes.some((change) => 'id' in change && change.id === id));
}

function describeChange(change: DnsChange): string {
  switch (change.kind) {
    case 'delete':
      return `delete ${change.id}`;
    case 'update':
      return `update ${change.id} to ${change.record.type} ${change.record.content}`;
    case 'create':
      return `create ${change.record.type} ${change.record.content}`;
    default:
      return change satisfies never;
  }
}

function byContent(a: { readonly content: string }, b: { readonly content: string }): number {
  return a.content.localeCompare(b.content);
}

function brief({ kind, name }: DnsChange): string {
  return `${kind} ${name}`;
}
