import { describe, expect, it } from '@jest/globals';
import type { TunnelReason } from '../../../src/api/conditions.ts';
import { type PassReports, blockerOf, isStalled, partsToReport } from '../../../src/core/status/tunnel-parts.ts';
import { aTunnel } from '../../support/builders.ts';

const AWAY = { reason: 'CloudflareUnavailable', disposition: 'retry', message: 'Cloudflare is away' } as const;
const REJECTED = {
  reason: 'CredentialsRejected',
  disposition: 'stall',
  message: 'Cloudflare rejects the token',
} as const;

/** All parts were ready, but for the connectors, which were being replaced. */
const BEFORE = aTunnel('shop/home', {
  status: {
    conditions: [
      {
        type: 'CredentialsReady',
        status: 'True',
        reason: 'CredentialsAccepted',
        message: 'fine',
        lastTransitionTime: '',
      },
      { type: 'ConnectorsReady', status: 'True', reason: 'RollingOut', message: 'rolling', lastTransitionTime: '' },
      { type: 'DNSReady', status: 'False', reason: 'RecordsPending', message: 'pending', lastTransitionTime: '' },
    ],
  },
});

// Invariant 32.
describe('the parts of a Tunnel that is interrupted', () => {
  it.each([
    { case: 'stay ready for a while', failedPasses: 2, status: 'True', message: 'fine' },
    { case: 'are not ready once it lasts', failedPasses: 3, status: 'False', message: 'Cloudflare is away' },
  ])('$case', ({ failedPasses, status, message }) => {
    expect(reported([AWAY], failedPasses).get('CredentialsReady')).toMatchObject({ status, message });
  });

  it('stay as they were also if the pass has not come to them', () => {
    expect(reported([AWAY]).get('ConnectorsReady')).toMatchObject({ status: 'True', reason: 'RollingOut' });
  });

  it('report what holds up work that was under way, and stay ready', () => {
    const reports = new Map([['ConnectorsReady', { ...AWAY, status: 'False' }]] as const);

    expect(partsToReport(BEFORE, { reports, failures: [AWAY], failedPasses: 0 }).get('ConnectorsReady')).toMatchObject({
      status: 'True',
      reason: 'CloudflareUnavailable',
    });
  });

  it('do not become ready', () => {
    expect(reported([AWAY]).get('DNSReady')).toBeUndefined();
  });

  it('immediately report what a person has to fix', () => {
    expect(reported([AWAY, REJECTED]).get('CredentialsReady')).toMatchObject({ status: 'False' });
  });
});

it('parts that have found something else than a failure report that', () => {
  const reports = new Map([
    ['CredentialsReady', { status: 'True', reason: 'CredentialsAccepted', message: 'new' }],
  ] as const);

  expect(partsToReport(BEFORE, { reports, failures: [AWAY], failedPasses: 0 }).get('CredentialsReady')).toMatchObject({
    message: 'new',
  });
  expect(partsToReport(BEFORE, { reports, failures: [], failedPasses: 0 })).toBe(reports);
});

it.each([
  { failures: [AWAY], stalled: false },
  { failures: [AWAY, REJECTED], stalled: true },
])('a person has to act on $failures.length failures: $stalled', ({ failures, stalled }) => {
  expect(isStalled({ failures })).toBe(stalled);
});

describe('Services that are not served yet wait', () => {
  it.each([
    { case: 'for nobody while the failure heals by itself', failures: [AWAY], blocker: undefined },
    { case: 'for whoever fixes the Tunnel', failures: [AWAY, REJECTED], blocker: 'Cloudflare is away' },
    { case: 'for nobody but their own author', failures: [ofHostnames()], blocker: undefined },
  ])('$case', ({ failures, blocker }) => {
    expect(blockerOf({ reports: new Map(), failures }, false)).toBe(blocker);
  });

  it.each([
    { isServed: false, blocker: 'none runs' },
    { isServed: true, blocker: undefined },
  ])('for connectors that are missing, unless those that run serve them: $isServed', ({ isServed, blocker }) => {
    const short = { status: 'False', reason: 'ConnectorsUnavailable', message: 'none runs' } as const;

    expect(blockerOf({ reports: new Map([['ConnectorsReady', short]]), failures: [] }, isServed)).toBe(blocker);
  });
});

function ofHostnames() {
  return { reason: 'RecordsRefused' as TunnelReason, disposition: 'stall', message: 'a.example.com' } as const;
}

/** What is reported when the credentials could not be looked at. */
function reported(failures: PassReports['failures'], failedPasses = 0) {
  const [{ reason, message } = AWAY] = failures;
  const reports = new Map([['CredentialsReady', { status: 'False', reason, message }]] as const);
  return partsToReport(BEFORE, { reports, failures, failedPasses });
}
