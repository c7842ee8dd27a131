import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import { type AccessReport, conditionsOf, notesOf, readyOf, reportOfFailure } from '../../../src/core/access/report.ts';

const BEFORE = '2026-01-01T00:00:00Z';
const NOW = '2026-01-15T00:00:00Z';
const WHY = 'Cloudflare is down';

function condition(type: string, status: Condition['status'], reason: string, message = ''): Condition {
  return { type, status, reason, message, lastTransitionTime: BEFORE };
}

const READY = condition('Ready', 'True', 'PolicySynced');
const BROKEN = condition('Ready', 'False', 'CloudflareUnavailable', WHY);
const RECONCILING = condition('Reconciling', 'True', 'Progressing');

describe('a failure', () => {
  it.each<[AccessReport['activity'], 'retry' | 'wait' | 'stall', Condition | undefined, number, 'True' | 'False']>([
    ['Reconciling', 'retry', READY, 2, 'True'],
    ['Reconciling', 'retry', READY, 3, 'False'],
    ['Reconciling', 'retry', BROKEN, 0, 'False'],
    ['Reconciling', 'retry', undefined, 0, 'False'],
    ['Reconciling', 'wait', READY, 0, 'False'],
    ['Stalled', 'stall', READY, 0, 'False'],
  ])('is %s if the operator is to %s, from %j after %d failures: ready is %s', (activity, ...facts) => {
    const [disposition, ready, failedPasses, status] = facts;
    const failure = { reason: 'CloudflareUnavailable', message: WHY, disposition } as const;

    expect(reportOfFailure(failure, { ready, failedPasses })).toStrictEqual({
      status,
      reason: 'CloudflareUnavailable',
      message: WHY,
      activity,
    });
  });
});

describe('conditions', () => {
  const report = { status: 'False', reason: 'CloudflareUnavailable', message: WHY } as const;
  const shown = { reason: 'CloudflareUnavailable', message: WHY, observedGeneration: 2 };

  it('are one while nothing is to be done, which says since when', () => {
    expect(conditionsOf(report, [BROKEN], { now: NOW, generation: 2 })).toStrictEqual([
      { type: 'Ready', status: 'False', ...shown, lastTransitionTime: BEFORE },
    ]);
  });

  it.each(['Reconciling', 'Stalled'] as const)('are two while an object is %s', (activity) => {
    expect(conditionsOf({ ...report, activity }, [READY], { now: NOW, generation: 2 })).toStrictEqual([
      { type: 'Ready', status: 'False', ...shown, lastTransitionTime: NOW },
      { type: activity, status: 'True', ...shown, lastTransitionTime: NOW },
    ]);
  });

  it.each([
    [undefined, undefined],
    [{}, undefined],
    [{ conditions: [RECONCILING] }, undefined],
    [{ conditions: [RECONCILING, READY] }, READY],
  ])('in %j say that the object is ready with %j', (status, ready) => {
    expect(readyOf(status)).toStrictEqual(ready);
  });
});

describe('events', () => {
  const refused = condition('Ready', 'False', 'CloudflareRefused', 'no');

  it.each(['Progressing', 'Unused', 'Deleting', 'InUse', 'Suspended'])(
    'do not tell of normal operation: %s',
    (reason) => {
      expect(notesOf([BROKEN], [condition('Ready', 'False', reason)])).toStrictEqual([]);
    },
  );

  it.each<[string, Condition | undefined, Condition | undefined, 'Warning' | 'Normal' | 'none']>([
    ['a first failure', undefined, BROKEN, 'Warning'],
    ['a failure', READY, BROKEN, 'Warning'],
    ['a failure that lasts', BROKEN, BROKEN, 'none'],
    ['a failure for another reason', BROKEN, refused, 'Warning'],
    ['a failure that says something else', BROKEN, { ...BROKEN, message: 'It is still down' }, 'Warning'],
    ['a recovery', BROKEN, READY, 'Normal'],
    ['success', undefined, READY, 'none'],
    ['success that lasts', READY, { ...READY, message: 'Something else' }, 'none'],
    ['a token that ends soon', READY, condition('Ready', 'True', 'TokenExpiresSoon'), 'Warning'],
    ['an object without conditions', READY, undefined, 'none'],
  ])('about %s are as few as possible', (_, old, now, type) => {
    const notes = notesOf(old === undefined ? [] : [RECONCILING, old], now === undefined ? [] : [RECONCILING, now]);

    const told = now && { type, reason: now.reason, message: now.message };
    expect(notes).toStrictEqual(type === 'none' ? [] : [told]);
  });
});
