import { describe, expect, it } from '@jest/globals';
import { type RecordOwner, dnsRulesOf } from '../../../src/core/dns/rules.ts';
import { aHostname } from '../../support/routes.ts';

const OWNER: RecordOwner = {
  tunnel: 'shop/home',
  clusterMark: 'cluster',
  mark: 'mine',
  settings: { dnsMode: 'Sync', onConflict: 'Refuse' },
  claims: new Map([
    [aHostname('own.example.com'), 'shop/home'],
    [aHostname('moved.example.com'), 'shop/second'],
  ]),
};

describe('a record that may be deleted', () => {
  it.each([
    { name: 'own.example.com', isOurs: true },
    { name: 'forgotten.example.com', isOurs: true },
    { name: 'moved.example.com', isOurs: false },
  ])('is $name: $isOurs', ({ name, isOurs }) => {
    expect(dnsRulesOf(OWNER, 'example.com').claimedElsewhere(name)).toBe(!isOurs);
  });

  it.each([
    { dnsMode: 'Sync' as const, mode: 'Sync' },
    { dnsMode: 'Disabled' as const, mode: 'Sync' },
    { dnsMode: 'UpsertOnly' as const, mode: 'UpsertOnly' },
  ])('is handled as $mode if dns.mode is $dnsMode', ({ dnsMode, mode }) => {
    const settings = { dnsMode, onConflict: 'Overwrite' as const };

    expect(dnsRulesOf({ ...OWNER, settings }, 'example.com')).toMatchObject({
      mode,
      onConflict: 'Overwrite',
      zone: 'example.com',
    });
  });
});
