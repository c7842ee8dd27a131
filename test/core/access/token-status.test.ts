import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { RemoteServiceToken } from '../../../src/core/access/remote.ts';
import { type TokenFindings, tokenChange, tokenReport, tokenStatus } from '../../../src/core/access/token-status.ts';
import { anAccessServiceToken } from '../../support/access-world.ts';

const NOW = '2026-01-15T00:00:00Z';
const TOKEN = anAccessServiceToken();
const ENDLESS: RemoteServiceToken = {
  id: 'token',
  name: 'robot',
  clientId: 'client',
  duration: 'forever',
  isEnabled: true,
};
const REMOTE: RemoteServiceToken = { ...ENDLESS, duration: '8760h', expiresAt: '2027-01-01T00:00:00Z' };
const READY: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'TokenIssued',
  message: 'It works',
  lastTransitionTime: NOW,
};

describe('the status of a service token', () => {
  const seen = {
    ...TOKEN,
    metadata: { ...TOKEN.metadata, generation: 2 },
    status: {
      accountId: 'account',
      tokenId: 'former',
      clientId: 'former client',
      expiresAt: '2026-02-01T00:00:00Z',
      rotation: { handled: 'one' },
    },
  };
  const unnumbered = { ...TOKEN, metadata: { name: 'robot', namespace: 'shop' } };

  it.each<[string, typeof TOKEN, Omit<TokenFindings, 'conditions'>, object]>([
    [
      'says what a pass has found out',
      TOKEN,
      { accountId: 'account', remote: REMOTE, record: { lastTime: NOW } },
      {
        observedGeneration: 1,
        accountId: 'account',
        tokenId: 'token',
        clientId: 'client',
        expiresAt: '2027-01-01T00:00:00Z',
        rotation: { lastTime: NOW },
      },
    ],
    ['keeps what a pass that failed early has not found out', seen, {}, { observedGeneration: 2, ...seen.status }],
    [
      'forgets the end of a token that has none any more, and rotations of which nothing is known',
      seen,
      { remote: ENDLESS, record: {} },
      { observedGeneration: 2, accountId: 'account', tokenId: 'token', clientId: 'client' },
    ],
    [
      'keeps the account alone',
      { ...TOKEN, status: { accountId: 'a' } },
      {},
      { observedGeneration: 1, accountId: 'a' },
    ],
    ['says nothing of a token of which nothing is known', unnumbered, {}, { observedGeneration: 0 }],
  ])('%s', (_, token, findings, status) => {
    expect(tokenStatus(token, { ...findings, conditions: [READY] })).toStrictEqual({ ...status, conditions: [READY] });
  });
});

describe('the report about a service token', () => {
  it.each<[string, RemoteServiceToken, string | undefined, ReturnType<typeof tokenReport>]>([
    [
      'names the Secret that holds it',
      REMOTE,
      undefined,
      { status: 'True', reason: 'TokenIssued', message: 'Secret robot holds the token' },
    ],
    [
      'says the same of one that does not end',
      ENDLESS,
      undefined,
      { status: 'True', reason: 'TokenIssued', message: 'Secret robot holds the token' },
    ],
    [
      'warns before one ends that cannot be extended',
      REMOTE,
      'Cloudflare says no',
      {
        status: 'True',
        reason: 'TokenExpiresSoon',
        message: 'The token works, and ends at the time in status.expiresAt unless it is extended. Cloudflare says no',
        activity: 'Reconciling',
      },
    ],
    [
      'says when it has ended',
      { ...REMOTE, expiresAt: NOW },
      undefined,
      { status: 'False', reason: 'TokenExpired', message: 'The token has ended', activity: 'Stalled' },
    ],
    [
      'says why it was not extended before it ended',
      { ...REMOTE, expiresAt: NOW },
      'Cloudflare says no',
      {
        status: 'False',
        reason: 'TokenExpired',
        message: 'The token has ended. Cloudflare says no',
        activity: 'Stalled',
      },
    ],
    [
      'says above all that it was disabled',
      { ...REMOTE, isEnabled: false, expiresAt: NOW },
      'Cloudflare says no',
      {
        status: 'False',
        reason: 'TokenDisabled',
        message: 'The token was disabled at Cloudflare. Enable it there, or delete the AccessServiceToken',
        activity: 'Stalled',
      },
    ],
  ])('%s', (_, remote, failure, report) => {
    expect(tokenReport(TOKEN, { remote, now: NOW, failure })).toStrictEqual(report);
  });
});

it.each([
  ['ServiceTokenCreated', 'Service token id was created'],
  ['ServiceTokenRotated', 'Service token id has a new secret. Secret robot holds it'],
  ['ServiceTokenExtended', 'Service token id was extended'],
  ['ServiceTokenDeleted', 'Service token id was deleted'],
] as const)('the change %s to a service token is told as "%s"', (reason, message) => {
  expect(tokenChange(reason, TOKEN, 'id')).toStrictEqual({
    reason,
    message,
    entries: [{ id: 'id', token: 'shop/robot' }],
  });
});
