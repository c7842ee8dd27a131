import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClientCredentials, RemoteServiceToken } from '../../../src/core/access/remote.ts';
import type { TokenRecord } from '../../../src/core/access/token-record.ts';
import { type TokenAction, type TokenFacts, decideToken, ownToken } from '../../../src/core/access/token.ts';
import type { FindNextTime } from '../../../src/core/tunnel/rotation-schedule.ts';

const NOW = '2026-01-15T00:00:00Z';
const SCHEDULE = { schedule: '0 0 1 * *', timeZone: 'Etc/UTC' };
const NEXT = { ...SCHEDULE, time: '2026-02-01T00:00:00Z' };
const SOON = { ...SCHEDULE, time: '2026-01-16T00:00:00Z' };
const PAST = { ...SCHEDULE, time: '2026-01-01T00:00:00Z' };
const find: FindNextTime = () => ({ time: NEXT.time });

const HELD: ClientCredentials = { clientId: 'id', clientSecret: 'one' };
const REMOTE: RemoteServiceToken = {
  id: 'token',
  name: 'robot',
  clientId: 'id',
  duration: '8760h',
  expiresAt: '2027-01-01T00:00:00Z',
  isEnabled: true,
};

function facts(changes: Partial<TokenFacts> = {}): TokenFacts {
  return {
    now: NOW,
    requested: undefined,
    schedule: undefined,
    duration: '8760h',
    record: {},
    credentials: HELD,
    remote: REMOTE,
    isAuthoritative: true,
    ...changes,
  };
}

describe('a service token', () => {
  const CASES: readonly { readonly case: string; readonly facts: Partial<TokenFacts>; readonly action: TokenAction }[] =
    [
      { case: 'is left alone', facts: {}, action: { kind: 'none' } },
      {
        case: 'is created if there is none',
        facts: { remote: undefined, credentials: undefined },
        action: { kind: 'create', record: {} },
      },
      {
        case: 'is not created while it may exist',
        facts: { remote: undefined, isAuthoritative: false },
        action: { kind: 'wait' },
      },
      {
        case: 'that was deleted is created again, and answers what was requested meanwhile',
        facts: { remote: undefined, requested: 'a', record: { pending: { request: 'a' } }, schedule: SCHEDULE },
        action: { kind: 'create', record: { handled: 'a', next: NEXT } },
      },
      {
        case: 'whose secret was lost gets a new one',
        facts: { credentials: undefined },
        action: { kind: 'rotate', record: { lastTime: NOW } },
      },
      {
        case: 'whose Secret is about another token gets a new secret',
        facts: { credentials: { clientId: 'other', clientSecret: 'one' } },
        action: { kind: 'rotate', record: { lastTime: NOW } },
      },
      {
        case: 'stores a request before it is answered',
        facts: { requested: 'a', record: { handled: 'b', next: NEXT }, schedule: SCHEDULE },
        action: {
          kind: 'store',
          credentials: HELD,
          record: { handled: 'b', next: NEXT, pending: { request: 'a' } },
        },
      },
      {
        case: 'answers a stored request, and keeps the time of the schedule',
        facts: { requested: 'a', record: { next: SOON, pending: { request: 'a' } }, schedule: SCHEDULE },
        action: { kind: 'rotate', record: { handled: 'a', lastTime: NOW, next: SOON } },
      },
      {
        case: 'that answered a request is left alone',
        facts: { requested: 'a', record: { handled: 'a' } },
        action: { kind: 'none' },
      },
      {
        case: 'whose request was withdrawn is left alone',
        facts: { record: { handled: 'a' } },
        action: { kind: 'none' },
      },
      {
        case: 'plans the first time of a schedule',
        facts: { schedule: SCHEDULE },
        action: { kind: 'store', credentials: HELD, record: { next: NEXT } },
      },
      {
        case: 'forgets a schedule that is gone',
        facts: { record: { lastTime: NOW, next: PAST } },
        action: { kind: 'store', credentials: HELD, record: { lastTime: NOW } },
      },
      {
        case: 'stores that a time of the schedule has come',
        facts: { schedule: SCHEDULE, record: { next: PAST } },
        action: { kind: 'store', credentials: HELD, record: { next: PAST, pending: {} } },
      },
      {
        case: 'is rotated on schedule, and plans the next time',
        facts: { schedule: SCHEDULE, record: { handled: 'a', next: PAST, pending: {} }, requested: 'a' },
        action: { kind: 'rotate', record: { handled: 'a', lastTime: NOW, next: NEXT } },
      },
    ];

  it.each(CASES)('$case', ({ facts: changes, action }) => {
    expect(decideToken(facts(changes), find)).toStrictEqual(action);
  });

  it.each([
    { expiresAt: '2026-02-13T00:00:00Z', action: { kind: 'extend', duration: undefined } },
    { expiresAt: '2026-01-10T00:00:00Z', action: { kind: 'extend', duration: undefined } },
    { expiresAt: '2026-02-15T00:00:00Z', action: { kind: 'none' } },
  ])('that ends at $expiresAt: $action', ({ expiresAt, action }) => {
    expect(decideToken(facts({ remote: { ...REMOTE, expiresAt } }), find)).toEqual(action);
  });

  it.each([
    { duration: '30h', had: '30h', expiresAt: '2026-01-15T09:00:00Z', extended: '30h' },
    { duration: '30h', had: '30h', expiresAt: '2026-01-15T10:00:00Z', extended: '30h' },
    { duration: '30h', had: '30h', expiresAt: '2026-01-15T11:00:00Z', extended: undefined },
    { duration: '30h', had: '30h', expiresAt: undefined, extended: undefined },
    { duration: '720h', had: '8760h', expiresAt: REMOTE.expiresAt, extended: '720h' },
    { duration: 'forever', had: '8760h', expiresAt: REMOTE.expiresAt, extended: 'forever' },
    { duration: '8760h', had: '8760h0m0s', expiresAt: REMOTE.expiresAt, extended: undefined },
    { duration: 'forever', had: 'forever', expiresAt: undefined, extended: undefined },
    { duration: 'forever', had: 'forever', expiresAt: NOW, extended: undefined },
  ])('of $duration with $had left is extended by $extended', ({ duration, had, expiresAt, extended }) => {
    const { expiresAt: _, ...others } = REMOTE;
    const remote = { ...others, duration: had, ...(expiresAt === undefined ? {} : { expiresAt }) };

    expect(decideToken(facts({ duration, remote }), find)).toEqual(
      extended === undefined ? { kind: 'none' } : { kind: 'extend', duration: extended },
    );
  });
});

/** The API and the Secret. A call may be carried out although its answer is lost, and the next pass sees only these. */
class TokenStory {
  remote: RemoteServiceToken | undefined;
  secretInForce = 0;
  tokens = 0;
  held: ClientCredentials | undefined;
  record: TokenRecord = {};
  rotations = 0;

  /** `lost`: the process dies after the call to Cloudflare, before what follows it is stored. */
  step(requested: string | undefined, lost: boolean): TokenAction {
    const { remote, held, record } = this;
    const action = decideToken(facts({ requested, remote, credentials: held, record }), find);
    if (action.kind === 'create') {
      this.tokens += 1;
      this.remote = { ...REMOTE, clientId: `id${this.tokens}` };
    }
    if (action.kind === 'rotate') this.rotations += 1;
    const isCall = action.kind === 'create' || action.kind === 'rotate';
    if (isCall) this.secretInForce += 1;
    if (isCall && lost) return action;
    if (isCall) this.held = { clientId: this.remote?.clientId ?? '', clientSecret: String(this.secretInForce) };
    if ('record' in action) this.record = action.record;
    return action;
  }
}

// Invariant 56.
describe('an interrupted service token', () => {
  it('ends as one token whose secret is in the Secret, and every request is answered', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 2 }), fc.boolean()), { maxLength: 20 }), (steps) => {
        const story = new TokenStory();
        let requested: string | undefined;
        for (const [request, lost] of steps) {
          requested = request === 0 ? requested : String(request);
          story.step(requested, lost);
        }
        let left = 6;
        while (story.step(requested, false).kind !== 'none') expect((left -= 1)).toBeGreaterThan(0);

        expect(story.tokens).toBe(1);
        expect(story.held).toEqual({ clientId: 'id1', clientSecret: String(story.secretInForce) });
        expect(story.record.handled).toBe(requested);
        expect(story.record.pending).toBeUndefined();
      }),
    );
  });
});

it('our token is the one that the Secret is for, else the first by its id', () => {
  const tokens = ['b', 'a', 'c'].map((id) => ({ ...REMOTE, id, clientId: id, name: id === 'c' ? 'other' : 'robot' }));

  expect(ownToken(tokens, 'robot', 'b')?.id).toBe('b');
  expect(ownToken(tokens, 'robot', undefined)?.id).toBe('a');
  expect(ownToken(tokens, 'robot', 'c')?.id).toBe('a');
  expect(ownToken(tokens, 'none', undefined)).toBeUndefined();
});
