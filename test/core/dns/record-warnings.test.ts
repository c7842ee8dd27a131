import { expect, it } from '@jest/globals';
import { recordWarnings } from '../../../src/core/dns/record-warnings.ts';
import { aHostname } from '../../support/routes.ts';

const ZONES = ['example.com', 'eu.example.com'].map((name) => ({ id: name, name, accountId: 'a', batchLimit: 200 }));

it.each([
  { hostname: 'example.com', reasons: [] },
  { hostname: 'app.example.com', reasons: [] },
  { hostname: '*.example.com', reasons: [] },
  { hostname: 'app.eu.example.com', reasons: [] },
  { hostname: 'a.b.example.com', reasons: ['CertificateMissing'] },
  { hostname: '*.b.example.com', reasons: ['CertificateMissing'] },
  { hostname: 'app.example.org', reasons: [] },
])('$hostname has the warnings $reasons', ({ hostname, reasons }) => {
  expect(recordWarnings(aHostname(hostname), ZONES, true).map(({ reason }) => reason)).toEqual(reasons);
});

it('an unproxied record has a warning', () => {
  expect(recordWarnings(aHostname('app.example.com'), ZONES, false).map(({ reason }) => reason)).toEqual(['Unproxied']);
});
