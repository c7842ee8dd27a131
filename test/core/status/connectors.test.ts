import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import {
  type ConnectorFacts,
  connectorsReport,
  lacksConnectors,
  servesRules,
} from '../../../src/core/status/connectors.ts';
import type { Rollout } from '../../../src/core/tunnel/rollout.ts';
import { aTunnel } from '../../support/builders.ts';

const COMPLETE: Rollout = { kind: 'complete', replicas: 2, ready: 2 };
/** The first pods of a Tunnel. */
const FIRST: Rollout = { kind: 'rolling', replicas: 2, ready: 0 };
/** New pods in addition to two old ones. */
const REPLACING: Rollout = { kind: 'rolling', replicas: 3, ready: 2 };
/** The edge is unreachable. */
const LOST: Rollout = { kind: 'rolling', replicas: 2, ready: 0, wasComplete: true };
const HALF: Rollout = { kind: 'partial', replicas: 2, ready: 1, wasComplete: true };
/** The first connector of a new rollout. */
const BEGUN: Rollout = { kind: 'partial', replicas: 2, ready: 1 };

const BROKEN = { kind: 'broken', why: 'ErrImagePull: not found' } as const;
const UNCONNECTED = { kind: 'unconnected' } as const;

const AVAILABLE = { status: 'True', reason: 'ConnectorsAvailable' } as const;
const UNAVAILABLE = { status: 'False', reason: 'ConnectorsUnavailable' } as const;
const UNREACHABLE = reportOf({ rollout: LOST, isSettled: true }).message;
const ROLLING = { reason: 'RollingOut' } as const;

type Before = Pick<Condition, 'status' | 'reason'> & Partial<Condition>;

describe('the connectors of a Tunnel', () => {
  it.each<{ case: string; facts: Partial<ConnectorFacts>; said: object }>([
    { case: 'all are connected', facts: { rollout: COMPLETE }, said: AVAILABLE },
    {
      case: 'there are foreign ones as well',
      facts: { rollout: COMPLETE, foreign: 1 },
      said: { status: 'True', reason: 'ForeignConnectors' },
    },
    { case: 'none is wanted', facts: { wanted: 0 }, said: { status: 'False', reason: 'ScaledToZero' } },
  ])('are reported if $case', ({ facts, said }) => {
    expect(reportOf(facts)).toMatchObject(said);
  });

  it('have messages that say what visitors get, and the next step', () => {
    const pods = '-l app.kubernetes.io/name=cloudflared,app.kubernetes.io/instance=home';
    expect(reportOf({ rollout: COMPLETE }).message).toBe('Every connector serves the published rules');
    expect(reportOf({ rollout: COMPLETE, foreign: 1 }).message).toContain(
      "'cloudflared tunnel info' lists all connectors",
    );
    expect(reportOf({ rollout: FIRST }).message).toBe('Connectors are being updated to the published rules');
    expect(reportOf({ rollout: HALF, isSettled: true }).message).toContain(`kubectl -n shop get pods ${pods}`);
    expect(reportOf({ rollout: REPLACING, isSettled: true, trouble: BROKEN }).message).toBe(
      `New connectors do not become ready, so the connected ones keep serving their current rules: ErrImagePull: not found. See: kubectl -n shop describe pods ${pods}`,
    );
    const refusal = 'exceeded quota v1.2.';
    expect(reportOf({ rollout: { ...FIRST, refusal }, isSettled: true }).message).toContain(
      ': exceeded quota v1.2. See',
    );
    expect(reportOf({ wanted: 0 }).message).toBe(
      'spec.replicas is 0, so visitors get HTTP 530 (error 1033). To start connectors: kubectl -n shop scale tunnel home --replicas=2',
    );
    expect(UNREACHABLE).toBe(
      "No connector is connected to Cloudflare's edge, so visitors get HTTP 530 (error 1033). The pods need egress to port 7844 (TCP and UDP). See: kubectl -n shop logs -l app.kubernetes.io/name=cloudflared,app.kubernetes.io/instance=home",
    );
    expect(reportOf({ rollout: FIRST, isSettled: true, trouble: BROKEN }).message).toBe(
      'No connector runs, so visitors get HTTP 530 (error 1033): ErrImagePull: not found. See: kubectl -n shop describe pods -l app.kubernetes.io/name=cloudflared,app.kubernetes.io/instance=home',
    );
  });
});

// Invariant 32.
describe('a Tunnel that works', () => {
  it.each<{ case: string; facts: Partial<ConnectorFacts>; said: object }>([
    { case: 'are replaced', facts: { rollout: REPLACING }, said: ROLLING },
    { case: 'are replaced slowly', facts: { rollout: REPLACING, isSettled: true }, said: ROLLING },
    { case: 'are scaled up', facts: { rollout: { ...HALF, replicas: 1 } }, said: ROLLING },
    { case: 'are missing for a moment', facts: { rollout: LOST }, said: AVAILABLE },
    { case: 'are created again', facts: { rollout: FIRST }, said: ROLLING },
    {
      case: 'cannot be replaced',
      facts: { rollout: REPLACING, isSettled: true, trouble: BROKEN },
      said: { reason: 'ConnectorsUnavailable', message: expect.stringContaining('ErrImagePull: not found') },
    },
    {
      case: 'do not connect after an update',
      facts: { rollout: REPLACING, isSettled: true, trouble: UNCONNECTED },
      said: { reason: 'ConnectorsUnavailable', message: expect.stringContaining('do not connect') },
    },
    {
      case: 'are too few',
      facts: { rollout: HALF, isSettled: true, trouble: UNCONNECTED },
      said: { reason: 'ConnectorsUnavailable', message: expect.stringContaining('Only 1 of 2 connectors') },
    },
  ])('stays ready while its connectors $case', ({ facts, said }) => {
    expect(reportOf(facts, AVAILABLE)).toMatchObject({ ...said, status: 'True' });
  });

  it('is not ready once no connector has been connected for a while, until one is connected again', () => {
    expect(reportOf({ rollout: LOST, isSettled: true }, AVAILABLE)).toMatchObject(UNAVAILABLE);
    expect(reportOf({ rollout: HALF }, UNAVAILABLE)).toMatchObject(AVAILABLE);
    expect(reportOf({ rollout: HALF, foreign: 1 }, UNAVAILABLE)).toMatchObject({ reason: 'ForeignConnectors' });
  });
});

describe('a Tunnel that has never worked', () => {
  it.each<{ case: string; facts: Partial<ConnectorFacts>; said: object }>([
    { case: 'its first connectors start', facts: { rollout: FIRST }, said: ROLLING },
    { case: 'they start slowly', facts: { rollout: FIRST, isSettled: true }, said: ROLLING },
    { case: 'one is connected, and another may follow', facts: { rollout: BEGUN }, said: ROLLING },
    {
      case: 'they cannot reach the edge',
      facts: { rollout: FIRST, isSettled: true, trouble: UNCONNECTED },
      said: UNAVAILABLE,
    },
    {
      case: 'the API server refuses its pods',
      facts: {
        rollout: { ...FIRST, refusal: 'pods "home-cloudflared-6d4b75cb6d-x7k2p" is forbidden: exceeded quota' },
        isSettled: true,
      },
      said: {
        ...UNAVAILABLE,
        message: expect.stringContaining(': pods "home-cloudflared" is forbidden: exceeded quota.'),
      },
    },
    {
      case: 'the cause is unknown',
      facts: {
        rollout: { ...FIRST, gaveUp: 'ReplicaSet "home-cloudflared-6d4b75cb6d" has timed out' },
        isSettled: true,
      },
      said: { ...UNAVAILABLE, message: expect.stringContaining('ReplicaSet "home-cloudflared" has timed out') },
    },
  ])('is not ready while $case', ({ facts, said }) => {
    expect(reportOf(facts)).toMatchObject({ ...said, status: 'False' });
  });

  it('is ready with one connector of two, once the rollout is settled', () => {
    expect(reportOf({ rollout: HALF, isSettled: true })).toMatchObject({
      status: 'True',
      reason: 'ConnectorsUnavailable',
    });
  });
});

describe('a reported problem', () => {
  it('is kept after a restart until the rollout has been observed again', () => {
    expect(reportOf({ rollout: FIRST }, UNAVAILABLE)).toMatchObject(UNAVAILABLE);
  });

  it('keeps its message while the same connectors are missing', () => {
    const other = {
      type: 'DNSReady',
      status: 'True',
      reason: 'RecordsReady',
      message: 'x',
      lastTransitionTime: '',
    } as const;
    const known = { ...other, type: 'ConnectorsReady', ...UNAVAILABLE, message: 'as before' };
    const tunnel = aTunnel('shop/home', { status: { conditions: [other, known] } });
    const facts = { rollout: FIRST, wanted: 2, foreign: 0, isSettled: false, hasAdvanced: false, trouble: undefined };

    expect(connectorsReport(tunnel, facts).message).toBe('as before');
    expect(connectorsReport(aTunnel('shop/home', { status: {} }), facts)).toMatchObject(ROLLING);
    expect(connectorsReport(aTunnel('shop/home'), facts)).toMatchObject(ROLLING);
  });

  it.each<{ case: string; rollout: Rollout; before?: Partial<Before>; isKept: boolean }>([
    { case: 'a new rollout makes progress', rollout: FIRST, isKept: false },
    { case: 'a new rollout cannot reach the edge', rollout: FIRST, before: { message: UNREACHABLE }, isKept: true },
    { case: 'some are connected', rollout: REPLACING, before: { message: UNREACHABLE }, isKept: false },
    { case: 'pods come and go', rollout: { ...LOST, replicas: 1 }, isKept: true },
    { case: 'it was another problem', rollout: LOST, before: { reason: 'PatchInvalid' }, isKept: false },
  ])('is kept when $case: $isKept', ({ rollout, before, isKept }) => {
    const known = { ...UNAVAILABLE, message: 'as before', ...before };
    const report = reportOf({ rollout, hasAdvanced: true }, known);

    expect(report).toMatchObject(isKept ? known : { status: 'False', ...ROLLING });
  });

  it('is kept while too few connectors are connected', () => {
    const known = { ...UNAVAILABLE, status: 'True' } as const;

    expect(reportOf({ rollout: HALF, hasAdvanced: true }, known)).toMatchObject(known);
  });
});

describe('the Services of a Tunnel', () => {
  it.each<{ rollout: Rollout; isSettled: boolean; serves: boolean }>([
    { rollout: COMPLETE, isSettled: true, serves: true },
    { rollout: HALF, isSettled: true, serves: true },
    { rollout: HALF, isSettled: false, serves: true },
    { rollout: BEGUN, isSettled: true, serves: true },
    { rollout: BEGUN, isSettled: false, serves: false },
    { rollout: REPLACING, isSettled: true, serves: false },
  ])('have their new rules served: $serves ($rollout, settled: $isSettled)', ({ rollout, isSettled, serves }) => {
    expect(servesRules(rollout, isSettled)).toBe(serves);
  });

  it.each<{ case: string; facts: Partial<ConnectorFacts>; lacks: boolean }>([
    { case: 'none is wanted', facts: { wanted: 0 }, lacks: true },
    { case: 'the edge is unreachable', facts: { rollout: LOST, isSettled: true }, lacks: true },
    { case: 'one of two is connected', facts: { rollout: HALF, isSettled: true }, lacks: false },
    { case: 'the first are starting', facts: { rollout: FIRST }, lacks: false },
    { case: 'all are connected', facts: { rollout: COMPLETE }, lacks: false },
  ])('are unreachable if $case: $lacks', ({ facts, lacks }) => {
    expect(lacksConnectors(reportOf(facts)) !== undefined).toBe(lacks);
  });
});

function reportOf(facts: Partial<ConnectorFacts>, before?: Before): ReturnType<typeof connectorsReport> {
  const condition = { type: 'ConnectorsReady', message: 'as before', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const conditions = before === undefined ? [] : [{ ...condition, ...before }];
  const standard = { rollout: FIRST, wanted: 2, foreign: 0, isSettled: false, hasAdvanced: false, trouble: undefined };
  const tunnel = aTunnel('shop/home', { status: { conditions } });
  return connectorsReport(tunnel, { ...standard, ...facts });
}
