import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Condition,
  TUNNEL_PARTS,
  TUNNEL_REASONS,
  type TunnelPart,
  type TunnelReason,
} from '../../../src/api/conditions.ts';
import {
  type PartReports,
  type TunnelReports,
  conditionFrom,
  tunnelConditions,
} from '../../../src/core/status/conditions.ts';

const THEN = '2026-01-01T00:00:00Z';
const NOW = '2026-01-02T00:00:00Z';

describe('conditionFrom', () => {
  const before: Condition = { type: 'Ready', status: 'True', reason: 'Ready', message: 'ok', lastTransitionTime: THEN };

  it.each([
    { case: 'stays while the status stays', type: 'Ready', status: 'True', time: THEN },
    { case: 'changes with the status', type: 'Ready', status: 'False', time: NOW },
    { case: 'is now for a condition that is new', type: 'Stalled', status: 'True', time: NOW },
  ] as const)('has a transition time that $case', ({ type, status, time }) => {
    const condition = conditionFrom(type, { status, reason: 'Other', message: 'other' }, [before], NOW);

    expect(condition).toEqual({ type, status, reason: 'Other', message: 'other', lastTransitionTime: time });
  });

  it('includes the observed generation, if there is one', () => {
    const report = { status: 'True', reason: 'Ready', message: 'ok' } as const;

    expect(conditionFrom('Ready', report, [], NOW, 7)).toMatchObject({ observedGeneration: 7 });
    expect(conditionFrom('Ready', report, [], NOW)).not.toHaveProperty('observedGeneration');
  });
});

describe('Ready', () => {
  it('is True once every part is', () => {
    expect(conditionsOf(allTrue())).toMatchObject([
      { type: 'Ready', status: 'True', reason: 'Ready', message: 'All parts are ready' },
      {},
      {},
      {},
      {},
      {},
    ]);
  });

  it('repeats the first failed part, before any that is unknown', () => {
    const parts = allTrue()
      .set('TunnelReady', { status: 'Unknown', reason: 'Progressing', message: 'wait' })
      .set('ConfigReady', { status: 'False', reason: 'NameTaken', message: 'first' })
      .set('DNSReady', { status: 'False', reason: 'RecordsRefused', message: 'second' });

    expect(conditionsOf(parts)[0]).toMatchObject({ status: 'False', reason: 'NameTaken', message: 'first' });
  });

  it('is Unknown as long as a part has no report', () => {
    const parts = new Map([...allTrue()].slice(0, 2));

    expect(conditionsOf(parts)[0]).toMatchObject({ status: 'Unknown', reason: 'Blocked' });
    const message = 'Waiting for the Tunnel to be reconciled';
    expect(conditionsOf(parts).at(-1)).toMatchObject({
      type: 'DNSReady',
      status: 'Unknown',
      reason: 'Blocked',
      message,
    });
  });

  it.each<{ case: string; parts: Parts; cause: string }>([
    {
      case: 'the first part that failed',
      parts: new Map([
        ['CredentialsReady', { status: 'False', reason: 'SecretNotFound', message: 'no' }],
        ['ConnectorsReady', { status: 'True', reason: 'ConnectorsAvailable', message: 'ok' }],
      ]),
      cause: 'CredentialsReady',
    },
    {
      case: 'a part that failed, before one that is unknown',
      parts: new Map([
        ['ConfigReady', { status: 'Unknown', reason: 'Deleting', message: 'wait' }],
        ['DNSReady', { status: 'False', reason: 'CloudflareUnreachable', message: 'no' }],
      ]),
      cause: 'DNSReady',
    },
    { case: 'the Tunnel while nothing is known', parts: new Map(), cause: 'the Tunnel to be reconciled' },
  ])('names $case in a part that is blocked', ({ parts, cause }) => {
    expect(conditionsOf(parts).find(({ type }) => type === 'TunnelReady')).toMatchObject({
      status: 'Unknown',
      reason: 'Blocked',
      message: `Waiting for ${cause}`,
    });
  });

  it('is Unknown while suspended, without activity', () => {
    const conditions = conditionsOf(new Map(), { isSuspended: true });

    const message = 'spec.suspend is true, so the operator changes nothing';
    expect(conditions[0]).toMatchObject({ status: 'Unknown', reason: 'Suspended', message });
    expect(conditions.map(({ type }) => type)).toEqual(['Ready', ...TUNNEL_PARTS]);
  });

  it('says how to delete a suspended Tunnel whose objects could not be protected', () => {
    const conditions = conditionsOf(new Map(), { isSuspended: true, unprotected: 'Cannot read Namespace shop' });

    expect(conditions[0]?.message).toBe(
      'spec.suspend is true, so the operator changes nothing. Delete it only in the background: --cascade=foreground, which Argo CD uses for pruning, stops its connectors. Cannot read Namespace shop',
    );
  });

  it('is Unknown while the Tunnel is being deleted, however ready its parts are', () => {
    const conditions = conditionsOf(allTrue(), { isDeleting: true });

    const message = 'The Tunnel is being deleted';
    expect(conditions[0]).toMatchObject({ type: 'Ready', status: 'Unknown', reason: 'Deleting', message });
    expect(conditions[1]).toMatchObject({ type: 'Reconciling', status: 'True', reason: 'Deleting' });
  });

  it('says what blocks a deletion', () => {
    const parts = allTrue().set('DNSReady', { status: 'False', reason: 'CloudflareUnreachable', message: 'away' });

    expect(conditionsOf(parts, { isDeleting: true })[0]).toMatchObject({
      status: 'False',
      reason: 'CloudflareUnreachable',
    });
  });
});

describe('Reconciling and Stalled', () => {
  const failed = allTrue().set('DNSReady', { status: 'False', reason: 'RecordsRefused', message: 'refused' });

  it.each([
    { case: 'Reconciling while the operator works on it', isStalled: false, type: 'Reconciling' },
    { case: 'Stalled while a user has to act', isStalled: true, type: 'Stalled' },
  ])('$case, with the reason of Ready', ({ isStalled, type }) => {
    expect(conditionsOf(failed, { isStalled })[1]).toMatchObject({
      type,
      status: 'True',
      reason: 'RecordsRefused',
      message: 'refused',
    });
  });
});

describe('a Tunnel that works while it changes', () => {
  it.each(['RollingOut', 'RecordsPending', 'ConnectorsUnavailable'] as const)(
    'is Ready and Reconciling: %s',
    (reason) => {
      const parts = allTrue().set('ConnectorsReady', { status: 'True', reason, message: 'on its way' });

      expect(conditionsOf(parts).slice(0, 2)).toMatchObject([
        { type: 'Ready', status: 'True' },
        { type: 'Reconciling', status: 'True', reason, message: 'on its way' },
      ]);
      expect(conditionsOf(parts, { isStalled: true })[1]).toMatchObject({ type: 'Stalled', reason });
    },
  );
});

describe('a Tunnel that is scaled to zero', () => {
  const scaled = allTrue().set('ConnectorsReady', { status: 'False', reason: 'ScaledToZero', message: 'none' });

  it('is not Ready and has no activity, because this is its desired state', () => {
    expect(conditionsOf(scaled)[0]).toMatchObject({ status: 'False', reason: 'ScaledToZero' });
    expect(conditionsOf(scaled).map(({ type }) => type)).toEqual(['Ready', ...TUNNEL_PARTS]);
  });

  it('names other problems, too', () => {
    const refused = { status: 'False', reason: 'RecordsRefused', message: 'refused' } as const;
    const parts = new Map(scaled).set('DNSReady', refused);

    expect(conditionsOf(parts, { isStalled: true })[1]).toMatchObject({ type: 'Stalled', reason: 'RecordsRefused' });
  });
});

describe('the conditions of a Tunnel', () => {
  it('follow the conventions of kstatus', () => {
    fc.assert(
      fc.property(anyReports(), (reports) => {
        const conditions = tunnelConditions(reports, [], NOW, 1);
        const active = conditions.filter(({ type }) => type === 'Reconciling' || type === 'Stalled');
        expect(active.length).toBeLessThanOrEqual(1);
        expect(active.every(({ status }) => status === 'True')).toBe(true);
        expect(active.every(({ reason }) => conditions.slice(2).some((part) => part.reason === reason))).toBe(true);
      }),
    );
  });

  it('have Ready as the summary of the parts and of nothing else', () => {
    fc.assert(
      fc.property(anyReports(), (reports) => {
        const [ready, ...others] = tunnelConditions(reports, [], NOW, 1);
        const parts = others.filter(({ type }) => TUNNEL_PARTS.some((part) => part === type));
        const isReady = !reports.isSuspended && parts.every(({ status }) => status === 'True');
        expect(ready).toMatchObject({ type: 'Ready' });
        expect(ready?.status === 'True').toBe(isReady);
      }),
    );
  });

  it('have a fixed order', () => {
    fc.assert(
      fc.property(anyReports(), (reports) => {
        const types = tunnelConditions(reports, [], NOW, 1).map(({ type }) => type);
        expect(types.filter((type) => !['Reconciling', 'Stalled'].includes(type))).toEqual(['Ready', ...TUNNEL_PARTS]);
      }),
    );
  });

  it('change their transition time only with their status', () => {
    fc.assert(
      fc.property(anyReports(), anyReports(), (earlier, later) => {
        const before = tunnelConditions(earlier, [], THEN, 1);
        for (const condition of tunnelConditions(later, before, NOW, 2)) {
          const old = before.find(({ type }) => type === condition.type);
          expect(condition.lastTransitionTime).toBe(old?.status === condition.status ? THEN : NOW);
        }
      }),
    );
  });

  it('do not change when nothing has changed', () => {
    fc.assert(
      fc.property(anyReports(), (reports) => {
        const before = tunnelConditions(reports, [], THEN, 1);
        expect(tunnelConditions(reports, before, NOW, 1)).toEqual(before);
      }),
    );
  });
});

type Parts = Map<TunnelPart, NonNullable<ReturnType<PartReports['get']>>>;

function allTrue(): Parts {
  return new Map(TUNNEL_PARTS.map((part) => [part, { status: 'True', reason: 'Ready', message: 'ok' }]));
}

function conditionsOf(parts: PartReports, flags: Partial<TunnelReports> = {}): readonly Condition[] {
  return tunnelConditions({ parts, isStalled: false, isSuspended: false, ...flags }, [], NOW, 1);
}

function anyReports(): fc.Arbitrary<TunnelReports> {
  const report = fc.record({
    status: fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const),
    reason: fc.constantFrom(...(Object.keys(TUNNEL_REASONS) as TunnelReason[])),
    message: fc.constantFrom('a', 'b'),
  });
  const part = fc.tuple(fc.constantFrom(...TUNNEL_PARTS), report);
  return fc.record({
    parts: fc.array(part).map((list) => new Map(list)),
    isStalled: fc.boolean(),
    isSuspended: fc.boolean(),
  });
}
