import { describe, expect, it } from '@jest/globals';
import { type ZoneDetails, zoneInactivity, zoneProblem } from '../../../src/core/dns/zone-state.ts';
import { aZone } from '../../support/dns.ts';
import { aHostname } from '../../support/routes.ts';

const ACTIVE: ZoneDetails = {
  status: 'active',
  isPaused: false,
  type: 'full',
  nameServers: ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
};
const APP = aHostname('app.example.com');

describe('a hostname', () => {
  it.each<{ case: string; details: Partial<ZoneDetails>; says: RegExp }>([
    { case: 'paused', details: { isPaused: true }, says: /^Zone example\.com is paused .* Enable it .*\)$/ },
    {
      case: 'pending',
      details: { status: 'pending' },
      says: /is pending, so app\.example\.com .* to ada\.ns\.cloudflare\.com, bob/,
    },
    {
      case: 'initializing',
      details: { status: 'initializing', nameServers: [] },
      says: /is initializing, .* assigned to it$/,
    },
    { case: 'moved', details: { status: 'moved' }, says: /is moved, .* name servers at the registrar/ },
    { case: 'deactivated', details: { status: 'deactivated' }, says: /is deactivated, .* Activate it/ },
    { case: 'pending and paused', details: { status: 'pending', isPaused: true }, says: /is pending/ },
    {
      case: 'of partial setup',
      details: { type: 'partial' },
      says: /partial \(CNAME\) setup.* another DNS provider.* Convert it .*: app\.example\.com CNAME app\.example\.com\.cdn\.cloudflare\.net$/,
    },
    {
      case: 'secondary',
      details: { type: 'secondary' },
      says: /is a secondary zone .* tunnel\. Convert it .* another zone$/,
    },
  ])('in a zone that is $case has a message with a remedy: $says', ({ details, says }) => {
    const inactive = zoneInactivity({ ...ACTIVE, ...details });
    const zone = aZone('example.com', inactive === undefined ? {} : { inactive });

    const problem = zoneProblem(APP, [zone]);

    expect(problem).toEqual({ reason: 'ZoneInactive', message: expect.stringMatching(says) });
  });

  it('in an active zone has no problem', () => {
    expect(zoneInactivity(ACTIVE)).toBeUndefined();
    expect(zoneProblem(APP, [aZone('example.com')])).toBeUndefined();
    expect(zoneProblem(APP, [])).toBeUndefined();
  });

  it('belongs to the active zone if there is an inactive one with the same name', () => {
    const inactive = zoneInactivity({ ...ACTIVE, status: 'moved' });
    const old = aZone('example.com', { id: 'a', ...(inactive === undefined ? {} : { inactive }) });

    expect(zoneProblem(APP, [old, aZone('example.com', { id: 'b' })])).toBeUndefined();
  });
});
