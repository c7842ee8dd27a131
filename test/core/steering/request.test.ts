import { describe, expect, it } from '@jest/globals';
import {
  type SteeringRequest,
  patchFor,
  pointless,
  progressOf,
  requestOf,
} from '../../../src/core/steering/request.ts';
import type { TunnelStatus } from '../../../src/api/tunnel.gen.ts';
import { aTunnel } from '../../support/builders.ts';

const RECONCILE: SteeringRequest = { kind: 'reconcile', value: 'v2' };
const ROTATE: SteeringRequest = { kind: 'rotate', value: 'v2' };

describe('a request', () => {
  it.each<SteeringRequest>([{ kind: 'suspend' }, { kind: 'resume' }, RECONCILE, ROTATE])(
    'to %j has a value only if the operator has to answer it',
    (request) => {
      expect(requestOf(request.kind, 'v2')).toStrictEqual(request);
    },
  );
});

describe('patchFor', () => {
  it.each<readonly [SteeringRequest, object]>([
    [{ kind: 'suspend' }, { spec: { suspend: true } }],
    [{ kind: 'resume' }, { spec: { suspend: false } }],
    [RECONCILE, { metadata: { annotations: { 'cftunnel.io/reconcile': 'v2' } } }],
    [ROTATE, { metadata: { annotations: { 'cftunnel.io/rotate-token': 'v2' } } }],
  ])('of %j changes nothing else', (request, patch) => {
    expect(patchFor(request)).toEqual(patch);
  });
});

describe('pointless', () => {
  it.each(['reconcile', 'rotate'] as const)('a suspended Tunnel does not %s', (kind) => {
    const tunnel = aTunnel('shop/home', { spec: { suspend: true } });

    expect(pointless({ kind, value: 'v' }, tunnel)).toMatch(/^it is suspended.*cftunnel resume$/);
    expect(pointless({ kind, value: 'v' }, aTunnel('shop/home'))).toBeUndefined();
  });

  it.each(['suspend', 'resume'] as const)('one can %s a suspended Tunnel', (kind) => {
    expect(pointless({ kind }, aTunnel('shop/home', { spec: { suspend: true } }))).toBeUndefined();
  });

  it('nothing is asked of a Tunnel that is being deleted', () => {
    const tunnel = aTunnel('shop/home', { deleting: true });

    expect(pointless({ kind: 'suspend' }, tunnel)).toBe('it is being deleted');
  });
});

it('a Tunnel without a status has not answered', () => {
  for (const request of [{ kind: 'resume' } as const, RECONCILE, ROTATE])
    expect(progressOf(request, aTunnel('shop/home'))).toMatchObject({ kind: 'waiting' });
});

describe('progressOf', () => {
  const READY = condition('Ready', 'True', 'Ready');
  const SUSPENDED = condition('Ready', 'Unknown', 'Suspended');
  const FAILED = condition('Ready', 'False', 'SecretNotFound');
  const ROLLING = condition('Reconciling', 'True', 'RollingOut');
  const STALLED = condition('Stalled', 'True', 'SecretNotFound');
  const UNANSWERED = { kind: 'waiting', for: 'the operator has not answered yet' };

  it.each<readonly [string, SteeringRequest, TunnelStatus, object]>([
    ['no status', { kind: 'resume' }, {}, UNANSWERED],
    ['an older generation', { kind: 'suspend' }, status([SUSPENDED], { observedGeneration: 1 }), UNANSWERED],
    ['another condition only', { kind: 'resume' }, status([ROLLING]), UNANSWERED],
    ['a part that is suspended', { kind: 'suspend' }, status([{ ...SUSPENDED, type: 'DNSReady' }, READY]), UNANSWERED],
    ['suspended with others', { kind: 'suspend' }, status([ROLLING, SUSPENDED]), { kind: 'done' }],
    ['not suspended yet', { kind: 'suspend' }, status([READY]), UNANSWERED],
    ['suspended', { kind: 'suspend' }, status([SUSPENDED]), { kind: 'done' }],
    ['still suspended', { kind: 'resume' }, status([SUSPENDED]), UNANSWERED],
    ['resumed and ready', { kind: 'resume' }, status([READY]), { kind: 'done' }],
    ['resumed and rolling', { kind: 'resume' }, status([READY, ROLLING]), waiting('RollingOut')],
    ['resumed and not ready', { kind: 'resume' }, status([FAILED]), waiting('SecretNotFound')],
    [
      'resumed and stalled',
      { kind: 'resume' },
      status([FAILED, STALLED]),
      { kind: 'stuck', why: 'SecretNotFound: so' },
    ],
    ['another request handled', RECONCILE, status([READY], { reconcile: { handled: 'v1' } }), UNANSWERED],
    ['the request handled', RECONCILE, status([READY], { reconcile: { handled: 'v2' } }), { kind: 'done' }],
    ['no rotation', ROTATE, status([READY]), UNANSWERED],
    ['rotated, rolling', ROTATE, status([READY, ROLLING], { tokenRotation: { handled: 'v2' } }), waiting('RollingOut')],
    ['rotated', ROTATE, status([READY], { tokenRotation: { handled: 'v2' } }), { kind: 'done' }],
  ])('%s', (_, request, given, progress) => {
    expect(progressOf(request, aTunnel('shop/home', { generation: 2, status: given }))).toEqual(progress);
  });
});

function waiting(reason: string) {
  return { kind: 'waiting', for: `${reason}: so` };
}

function condition(type: string, value: 'True' | 'False' | 'Unknown', reason: string) {
  return { type, status: value, reason, message: 'so', lastTransitionTime: '2026-01-01T00:00:00Z' };
}

function status(conditions: TunnelStatus['conditions'] & object, more: TunnelStatus = {}): TunnelStatus {
  return { observedGeneration: 2, conditions, ...more };
}
