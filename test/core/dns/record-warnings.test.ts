import { expect, it } from '@jest/globals';
import { recordWarnings } from '../../../src/core/dns/record-warnings.ts';
import { aHostname } from '../../support/routes.ts';

const ZONES = ['example.com', 'eu.example.com'].map((name) => ({ id: name, name, accountId: 'a', batchLimit: 200 }));

const UNCOVERED = (name: string, labels: number, zone = 'example.com') => [
  'CertificateMissing',
  `${name} is ${labels} labels below ${zone}, and the universal certificate covers one: order an advanced certificate, or take a shorter name`,
];

it.each([
  { hostname: 'example.com', warnings: [] },
  { hostname: 'app.example.com', warnings: [] },
  { hostname: '*.example.com', warnings: [] },
  { hostname: 'app.eu.example.com', warnings: [] },
  { hostname: 'a.b.example.com', warnings: [UNCOVERED('a.b.example.com', 2)] },
  { hostname: '*.b.c.eu.example.com', warnings: [UNCOVERED('*.b.c.eu.example.com', 3, 'eu.example.com')] },
  { hostname: 'app.example.org', warnings: [] },
])('$hostname is remarked on with $remarks', ({ hostname, warnings }) => {
  const all = recordWarnings(aHostname(hostname), ZONES, true);

  expect(all.map(({ reason, message }) => [reason, message])).toEqual(warnings);
});

it('an unproxied record is remarked on', () => {
  expect(recordWarnings(aHostname('app.example.com'), ZONES, false)).toEqual([
    {
      reason: 'Unproxied',
      message: 'dns.proxied of the Tunnel is false, but a tunnel record works only if it is proxied',
    },
  ]);
});
