import { describe, expect, it } from '@jest/globals';
import type { TunnelReason } from '../../../../../src/api/conditions.ts';
import { attemptIn, observeRecords } from '../../../../../src/controllers/tunnel/steps/dns-records/observe.ts';
import type { Zone } from '../../../../../src/core/model/zone.ts';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { aTunnel } from '../../../../support/builders.ts';
import { aZone } from '../../../../support/dns.ts';
import { aHostname } from '../../../../support/routes.ts';
import { aPass } from '../../../../support/tunnel-pass.ts';

const OUTER = aZone('example.com');
const NESTED = aZone('eu.example.com');

describe('a nested zone that was taken off the list and cannot be read', () => {
  it('holds nothing up where the token may not look into it: it counts as empty', async () => {
    const { records, failures } = await observing('PermissionMissing', NESTED);

    expect(records).toEqual({ 'example.com': [], 'eu.example.com': [] });
    expect(failures).toEqual([]);
  });

  it('is a failure where Cloudflare does not answer', async () => {
    const { records, failures } = await observing('CloudflareUnavailable', NESTED);

    expect(records).toEqual({ 'example.com': [] });
    expect(failures).toEqual(['CloudflareUnavailable']);
  });
});

it('a zone that a wanted hostname lies in must be readable', async () => {
  const { records, failures } = await observing('PermissionMissing', OUTER);

  expect(records).toEqual({ 'eu.example.com': [] });
  expect(failures).toEqual(['PermissionMissing']);
});

/** Looks for the records of a hostname in both zones, of which one fails. */
async function observing(reason: TunnelReason, failing: Zone) {
  const cloudflare = {
    zones: async () => [OUTER, NESTED],
    accounts: async () => [],
    records: async (zone: Zone) => {
      if (zone === failing) throw new OperatorError(reason, 'wait', `no ${zone.name}`);
      return [];
    },
    hasAllRecords: () => true,
  };
  const names = [aHostname('a.eu.example.com')];
  const pass = aPass(aTunnel('shop/home', { spec: { dns: { zones: ['example.com'] } } }));
  const hostnames = { wanted: names, published: names };
  const { records } = await observeRecords({ cloudflare, attempt: attemptIn(pass) }, pass, hostnames);
  return {
    records: Object.fromEntries([...records].map(([{ name }, found]) => [name, found])),
    failures: pass.stages.failures.map((failure) => failure.reason),
  };
}
