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
  managed: () => [aHostname('managed.example.com')],
};

describe('a record that may be deleted', () => {
  it.each([
    { name: 'own.example.com', mode: 'Sync' as const, isOurs: true },
    { name: 'forgotten.example.com', mode: 'Sync' as const, isOurs: true },
    { name: 'moved.example.com', mode: 'Sync' as const, isOurs: false },
    { name: 'managed.example.com', mode: 'Disabled' as const, isOurs: true },
    { name: 'own.example.com', mode: 'Disabled' as const, isOurs: false },
  ])('is $name with DNS $mode: $isOurs', ({ name, mode, isOurs }) => {
    const rules = dnsRulesOf({ ...OWNER, settings: { ...OWNER.settings, dnsMode: mode } });

    expect(rules.claimedElsewhere(name)).toBe(!isOurs);
  });

  it('is none under UpsertOnly', () => {
    expect(dnsRulesOf({ ...OWNER, settings: { dnsMode: 'UpsertOnly', onConflict: 'Overwrite' } })).toMatchObject({
      mode: 'UpsertOnly',
      onConflict: 'Overwrite',
    });
  });
});
