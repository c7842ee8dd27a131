import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../../src/runtime/errors.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aPass } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');

describe('a pass over a Tunnel', () => {
  it.each([
    { driftIntervalMs: 60_000, isRetry: false, ages: { records: 60_000, tunnels: 120_000, zones: 1_800_000 } },
    { driftIntervalMs: 3_600_000, isRetry: false, ages: { records: 3_600_000, tunnels: 7_200_000, zones: 3_600_000 } },
    { driftIntervalMs: 60_000, isRetry: true, ages: { records: 1_000, tunnels: 1_000, zones: 1_000 } },
  ])('goes by lists of a limited age: $ages', ({ driftIntervalMs, isRetry, ages }) => {
    expect(aPass(HOME, { driftIntervalMs, isRetry }).maxAgeMs).toEqual(ages);
  });

  it.each([
    { handled: undefined, records: 1_000 },
    { handled: 'yesterday', records: 1_000 },
    { handled: 'today', records: 60_000 },
  ])('reads everything anew once for each request, the last of which was: $handled', ({ handled, records }) => {
    const tunnel = aTunnel('shop/home', {
      annotations: { 'cftunnel.io/reconcile': 'today' },
      status: handled === undefined ? {} : { reconcile: { handled } },
    });

    expect(aPass(tunnel, { driftIntervalMs: 60_000 }).maxAgeMs.records).toBe(records);
  });

  it('names the Secret in a report about the token, and in no other', () => {
    const { stages } = aPass(HOME);
    stages.fail('CredentialsReady', new OperatorError('CredentialsRejected', 'stall', 'rejected'));
    stages.fail('DNSReady', new OperatorError('CloudflareUnavailable', 'retry', 'away'));

    expect([...stages.reports.values()].map(({ message }) => message)).toEqual([
      expect.stringMatching(/^rejected\. .*Secret shop\/cloudflare-api-token/),
      'away',
    ]);
  });
});
