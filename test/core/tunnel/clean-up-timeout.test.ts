import { describe, expect, it } from '@jest/globals';
import { TUNNEL_REASONS, type TunnelReason } from '../../../src/api/conditions.ts';
import { describeLeftovers, lacksCredentials, hasTimedOut } from '../../../src/core/tunnel/clean-up-timeout.ts';

// Invariant 18.
describe('clean-up lacks credentials', () => {
  it('if they are missing, invalid, rejected or insufficient, and nothing else failed', () => {
    const reasons = Object.keys(TUNNEL_REASONS) as TunnelReason[];

    expect(reasons.filter((reason) => lacksCredentials([reason]))).toEqual([
      'SecretNotFound',
      'SecretInvalid',
      'CredentialsRejected',
      'PermissionMissing',
    ]);
  });

  it.each([
    { case: 'nothing failed', reasons: [] },
    { case: 'there is an outage as well', reasons: ['PermissionMissing', 'CloudflareUnreachable'] },
    { case: 'the rate limit is used up as well', reasons: ['RateLimited', 'CredentialsRejected'] },
  ] as const)('not while $case', ({ reasons }) => {
    expect(lacksCredentials(reasons)).toBe(false);
  });

  it('and times out after five minutes', () => {
    expect(hasTimedOut(299_999)).toBe(false);
    expect(hasTimedOut(300_000)).toBe(true);
  });
});

describe('leftovers', () => {
  const mark = 'cftunnel.io owner=test/shop/home';

  it.each([
    { case: 'nothing', tunnel: undefined, hostnames: undefined, says: undefined },
    { case: 'a tunnel', tunnel: 'id-1', hostnames: undefined, says: 'Left behind at Cloudflare: tunnel id-1. Why' },
    {
      case: 'records',
      tunnel: undefined,
      hostnames: ['a.example.com', 'b.example.com'],
      says: `Left behind at Cloudflare: records of a.example.com, b.example.com and any others with the comment "${mark}". Why`,
    },
    {
      case: 'a tunnel and records of unknown hostnames',
      tunnel: 'id-1',
      hostnames: [],
      says: `Left behind at Cloudflare: tunnel id-1, and any records with the comment "${mark}". Why`,
    },
  ])('are described so that they can be found: $case', ({ tunnel, hostnames, says }) => {
    expect(describeLeftovers({ tunnel, hostnames, mark }, 'Why')).toBe(says);
  });
});
