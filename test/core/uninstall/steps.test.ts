import { describe, expect, it } from '@jest/globals';
import type { Tunnel } from '../../../src/api/objects.ts';
import {
  HANDED_OVER,
  accessObjectsIn,
  describeDeletion,
  isUninstalled,
  blockersOf,
  tunnelsGone,
  tunnelsToDelete,
} from '../../../src/core/uninstall/steps.ts';
import { settingsOf } from '../../../src/core/model/tunnel-settings.ts';
import { aService, aTunnel } from '../../support/builders.ts';

const HOME = aTunnel('shop/home', { finalized: true });
const GOING = aTunnel('shop/going', { finalized: true, deleting: true });
const WEB = aService('shop/web', { finalized: true });

function anObject(kind: string, deleting = false) {
  return { ...aService('shop/one', { deleting }), kind };
}

function saying(tunnel: Tunnel, status: 'True' | 'False', reason: string, message: string): Tunnel {
  const condition = { type: 'Ready', status, reason, message, lastTransitionTime: '', observedGeneration: 1 };
  const other = { ...condition, type: 'DNSReady', message: 'another' };
  return { ...tunnel, status: { conditions: [other, condition] } };
}

describe('uninstalling', () => {
  it('deletes every Tunnel that is not being deleted yet', () => {
    expect(tunnelsToDelete({ tunnels: [HOME, GOING], heldSources: [] })).toEqual([HOME]);
  });

  it('deletes every object of Access that is not being deleted yet', () => {
    const [policy, token] = [anObject('AccessPolicy'), anObject('AccessServiceToken')];
    const heldSources = [WEB, policy, anObject('AccessPolicy', true), token, anObject('RemoteAccess')];

    expect(accessObjectsIn({ tunnels: [], heldSources })).toStrictEqual([policy, token]);
  });

  it.each([
    { spec: {}, says: 'being deleted with its records, connectors and tunnel' },
    { spec: { suspend: true }, says: 'suspended, so its connectors, tunnel and records are kept' },
    { spec: { deletionPolicy: 'Retain' as const }, says: expect.stringContaining('deletionPolicy is Retain') },
    { spec: { existingTunnel: { name: 'old' } }, says: expect.stringContaining('deletionPolicy is Retain') },
    { spec: { dns: { mode: 'UpsertOnly' as const } }, says: expect.stringContaining('its records are kept') },
  ])('describes what happens to a Tunnel with $spec', ({ spec, says }) => {
    expect(describeDeletion(aTunnel('shop/home', { spec }), false)).toEqual(says);
  });

  it('says that everything of a released Tunnel is kept', () => {
    expect(describeDeletion(HOME, true)).toBe('handed over: its connectors, tunnel and records are kept');
    expect(settingsOf(aTunnel('shop/home', { spec: HANDED_OVER }))).toMatchObject({ deletionPolicy: 'Retain' });
    expect(describeDeletion(aTunnel('shop/home', { spec: HANDED_OVER }), false)).toContain('suspended');
  });

  it('reports Tunnels that were deleted since the last poll', () => {
    const before = { tunnels: [HOME, GOING], heldSources: [] };

    expect(tunnelsGone(before, { tunnels: [GOING], heldSources: [] })).toEqual(['shop/home']);
  });

  it.each([
    { tunnels: [], heldSources: [], isDone: true },
    { tunnels: [GOING], heldSources: [], isDone: false },
    { tunnels: [], heldSources: [WEB], isDone: false },
  ])('is done when no Tunnel is left and no Service has the finalizer', ({ isDone, ...seen }) => {
    expect(isUninstalled(seen)).toBe(isDone);
  });
});

describe('what blocks the uninstallation', () => {
  it.each([
    { tunnel: HOME, says: 'Tunnel shop/home: it was created again, or cannot be deleted' },
    { tunnel: GOING, says: 'Tunnel shop/going: the operator has not started to clean it up. Is it running?' },
    {
      tunnel: saying(GOING, 'True', 'Ready', 'All is well'),
      says: 'Tunnel shop/going: the operator has not started to clean it up. Is it running?',
    },
    {
      tunnel: saying(GOING, 'False', 'SecretNotFound', 'Secret shop/cloudflare does not exist'),
      says: 'Tunnel shop/going: SecretNotFound: Secret shop/cloudflare does not exist',
    },
    {
      tunnel: { ...GOING, metadata: { ...GOING.metadata, finalizers: ['example.net/keep'] } },
      says: 'Tunnel shop/going: it has the finalizer example.net/keep: ask whoever added it',
    },
  ])('is reported for a Tunnel: $says', ({ tunnel, says }) => {
    expect(blockersOf({ tunnels: [tunnel], heldSources: [] })).toEqual([says]);
    expect(blockersOf({ tunnels: [{ ...GOING, status: {} }], heldSources: [] })[0]).toContain('Is it running?');
  });

  it('is reported for a Service', () => {
    expect(blockersOf({ tunnels: [], heldSources: [WEB] })).toEqual([
      'Service shop/web: the operator has not removed the finalizer cftunnel.io/finalizer. Is it running?',
    ]);
  });
});
