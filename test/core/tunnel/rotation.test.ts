import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RotationFacts, decideRotation, isHeldUp } from '../../../src/core/tunnel/rotation.ts';
import { aRotatingTunnel, everyHour } from './a-rotating-tunnel.ts';

const HOURLY = { schedule: '0 * * * *', timeZone: 'Etc/UTC' };
const [NOW, NEXT_HOUR, LAST_HOUR] = ['2026-03-01T10:30:00Z', '2026-03-01T11:00:00Z', '2026-03-01T10:00:00Z'];
const PLANNED = { ...HOURLY, time: NEXT_HOUR };
const DUE = { ...HOURLY, time: LAST_HOUR };
const PENDING = { tunnelSecret: 'new', request: 'b' };

describe('a rotation', () => {
  it.each<{ case: string; facts: Partial<RotationFacts>; action: unknown }>([
    { case: 'does not happen without a request or a schedule', facts: {}, action: { kind: 'none' } },
    {
      case: 'begins with a new secret that is stored with the request it answers',
      facts: { requested: 'b', record: { handled: 'a' } },
      action: { kind: 'prepare', request: 'b' },
    },
    {
      case: 'is not repeated for a handled request',
      facts: { requested: 'a', record: { handled: 'a' } },
      action: { kind: 'none' },
    },
    {
      case: 'is not requested by the absence of an annotation',
      facts: { record: { handled: 'a' } },
      action: { kind: 'none' },
    },
    {
      case: 'is planned when a schedule is first seen, and does not happen at once',
      facts: { schedule: HOURLY },
      action: { kind: 'plan', record: { next: PLANNED } },
    },
    {
      case: 'is planned anew when the time zone changes, even if it was due',
      facts: { schedule: HOURLY, record: { next: { ...DUE, timeZone: 'Europe/Berlin' } } },
      action: { kind: 'plan', record: { next: PLANNED } },
    },
    {
      case: 'is planned no longer when the schedule is removed',
      facts: { record: { handled: 'a', next: PLANNED } },
      action: { kind: 'plan', record: { handled: 'a' } },
    },
    { case: 'waits for its time', facts: { schedule: HOURLY, record: { next: PLANNED } }, action: { kind: 'none' } },
    {
      case: 'happens when its time has come or was missed',
      facts: { schedule: HOURLY, record: { next: DUE } },
      action: { kind: 'prepare', request: undefined },
    },
    {
      case: 'waits for missing connectors if only the schedule asks for it',
      facts: { schedule: HOURLY, record: { next: DUE }, areConnectorsComplete: false },
      action: { kind: 'none' },
    },
    {
      case: 'does not wait for missing connectors if it is requested',
      facts: { requested: 'b', areConnectorsComplete: false },
      action: { kind: 'prepare', request: 'b' },
    },
    {
      case: 'answers a request and a schedule that are due together at once',
      facts: { requested: 'b', schedule: HOURLY, record: { next: DUE } },
      action: { kind: 'prepare', request: 'b' },
    },
    {
      case: 'that was interrupted asks Cloudflare which secret is in force',
      facts: { record: { pending: PENDING } },
      action: { kind: 'read' },
    },
    {
      case: 'sets the pending secret if it is not in force',
      facts: { record: { pending: PENDING }, inForce: 'old' },
      action: { kind: 'set', tunnelSecret: 'new' },
    },
    {
      case: 'is finished once its secret is in force, and plans the next one',
      facts: { schedule: HOURLY, record: { handled: 'a', next: DUE, pending: PENDING }, inForce: 'new' },
      action: { kind: 'finish', tunnelSecret: 'new', record: { handled: 'b', lastTime: NOW, next: PLANNED } },
    },
    {
      case: 'keeps in mind who holds the former token',
      facts: { record: { pending: { ...PENDING, connected: ['thief'] } }, inForce: 'new' },
      action: { kind: 'finish', tunnelSecret: 'new', record: { handled: 'b', lastTime: NOW, former: ['thief'] } },
    },
    {
      case: 'on schedule leaves the handled request as it is',
      facts: { record: { handled: 'a', pending: { tunnelSecret: 'new' } }, inForce: 'new' },
      action: { kind: 'finish', tunnelSecret: 'new', record: { handled: 'a', lastTime: NOW } },
    },
    {
      case: 'that is pending goes on before a later request',
      facts: { requested: 'c', record: { pending: PENDING }, inForce: 'new' },
      action: { kind: 'finish', tunnelSecret: 'new', record: { handled: 'b', lastTime: NOW } },
    },
    {
      case: 'by somebody else is looked for while connectors cannot connect',
      facts: { isUncertain: true },
      action: { kind: 'read' },
    },
    {
      case: 'by somebody else is taken over',
      facts: { isUncertain: true, inForce: 'theirs' },
      action: { kind: 'adopt', tunnelSecret: 'theirs' },
    },
    {
      case: 'is not why connectors cannot connect if they have the secret in force',
      facts: { isUncertain: true, inForce: 'old' },
      action: { kind: 'none' },
    },
    {
      case: 'is not planned by a schedule that cannot be followed',
      facts: { schedule: { ...HOURLY, schedule: 'never' }, record: { next: PLANNED } },
      action: { kind: 'plan', record: {} },
    },
  ])('$case', ({ facts, action }) => {
    expect(decideRotation(someFacts(facts), everyHour)).toEqual(action);
  });

  it.each([
    {
      case: 'a scheduled one that is due while connectors are missing',
      areConnectorsComplete: false,
      next: DUE,
      heldUp: true,
    },
    { case: 'one that is due while none is missing', areConnectorsComplete: true, next: DUE, heldUp: false },
    { case: 'one that is not due', areConnectorsComplete: false, next: PLANNED, heldUp: false },
  ])('is held up or not: $case', ({ areConnectorsComplete, next, heldUp }) => {
    expect(isHeldUp(someFacts({ schedule: HOURLY, record: { next }, areConnectorsComplete }))).toBe(heldUp);
  });
});

/** The faults of the calls to come; once they are used up, every call succeeds. */
const faults = fc.array(fc.constantFrom('none', 'killed-before', 'killed-after', 'lost-answer'), { maxLength: 12 });

// Invariants 39, 40.
describe('whatever calls the operator dies at, or misses the answers to', () => {
  it('every request sets one secret, once', () => {
    fc.assert(
      fc.property(fc.array(faults, { minLength: 1, maxLength: 4 }), (runs) => {
        const tunnel = aRotatingTunnel();
        for (const [index, run] of runs.entries()) {
          tunnel.requested = `request ${index}`;
          tunnel.runUntilSettled(run);

          expect(tunnel.secretsSet).toHaveLength(index + 1);
          expect(tunnel.held.rotation).toMatchObject({ handled: `request ${index}` });
        }
        expect(new Set(tunnel.secretsSet).size).toBe(runs.length);
      }),
    );
  });

  it('every time that has come sets one secret, once, however many times were missed', () => {
    const waits = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), faults), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(waits, (runs) => {
        const tunnel = aRotatingTunnel({ schedule: HOURLY });
        tunnel.runUntilSettled([]);
        for (const [minutes, run] of runs) {
          const before = tunnel.secretsSet.length;
          const isDue = tunnel.pass(minutes);
          tunnel.runUntilSettled(run);

          expect(tunnel.secretsSet).toHaveLength(before + (isDue ? 1 : 0));
        }
      }),
    );
  });

  it('requests that overtake each other end with the last one handled, and set no more secrets than there were', () => {
    fc.assert(
      fc.property(fc.array(faults, { minLength: 1, maxLength: 5 }), (runs) => {
        const tunnel = aRotatingTunnel();
        for (const [index, run] of runs.entries()) {
          tunnel.requested = `request ${index}`;
          tunnel.run(run);
        }
        tunnel.runUntilSettled([]);

        expect(tunnel.held.rotation).toMatchObject({ handled: `request ${runs.length - 1}` });
        expect(tunnel.secretsSet.length).toBeLessThanOrEqual(runs.length);
      }),
    );
  });

  it('connectors never get credentials that Cloudflare has not accepted, and end with those in force', () => {
    fc.assert(
      fc.property(faults, (run) => {
        const tunnel = aRotatingTunnel();
        tunnel.requested = 'now';
        tunnel.runUntilSettled(run);

        const accepted = new Set(['first', ...tunnel.secretsSet]);
        expect(tunnel.secretsHeld.filter((secret) => !accepted.has(secret))).toEqual([]);
        expect(tunnel.held.tunnelSecret).toBe(tunnel.inForce);
      }),
    );
  });
});

function someFacts(facts: Partial<RotationFacts>): RotationFacts {
  return {
    now: NOW,
    requested: undefined,
    schedule: undefined,
    record: {},
    current: 'old',
    inForce: undefined,
    isUncertain: false,
    areConnectorsComplete: true,
    ...facts,
  };
}
