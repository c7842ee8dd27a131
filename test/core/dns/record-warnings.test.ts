import { expect, it } from '@jest/globals';
import { recordWarnings } from '../../../src/core/dns/record-warnings.ts';
import { aHostname } from '../../support/routes.ts';

const ZONES = ['example.com', 'eu.example.com'].map((name) => ({ id: name, name, accountId: 'a', batchLimit: 200 }));

it.each([
  { hostname: 'example.com', warnings: [] },
  { hostname: 'app.example.com', warnings: [] },
  { hostname: '*.example.com', warnings: [] },
  { hostname: 'app.eu.example.com', warnings: [] },
  { hostname: 'a.b.example.com', warnings: [notCovered('a.b.example.com', 2)] },
  { hostname: '*.b.c.eu.example.com', warnings: [notCovered('*.b.c.eu.example.com', 3, 'eu.example.com')] },
  { hostname: 'app.example.org', warnings: [] },
])('$hostname has the warnings $warnings', ({ hostname, warnings }) => {
  const all = recordWarnings(aHostname(hostname), ZONES, true);

  expect(all.map(({ reason, message }) => [reason, message])).toEqual(warnings);
});

function notCovered(name: string, labels: number, zone = 'example.com') {
  const message = `${name} is ${labels} labels below ${zone}, but the universal certificate covers only one. Order an advanced certificate, or choose a shorter name`;
  return ['CertificateMissing', message];
}

it('an unproxied record has a warning', () => {
  expect(recordWarnings(aHostname('app.example.com'), ZONES, false)).toEqual([
    {
      reason: 'Unproxied',
      message: 'spec.dns.proxied of the Tunnel is false, but a tunnel record works only if it is proxied',
    },
  ]);
});
