import { describe, expect, it } from '@jest/globals';
import type { Tunnel } from '../../../src/api/objects.ts';
import {
  HANDED_OVER,
  fateOf,
  isUninstalled,
  notReady,
  tunnelsGone,
  tunnelsToDelete,
} from '../../../src/core/uninstall/steps.ts';
import { settingsOf } from '../../../src/core/model/tunnel-settings.ts';
import { aService, aTunnel } from '../../support/builders.ts';

const HOME = aTunnel('shop/home', { finalized: true });
const GOING = aTunnel('shop/going', { finalized: true, deleting: true });
const WEB = aService('shop/web', { finalized: true });

function saying(tunnel: Tunnel, status: 'True' | 'False', reason: string, message: string): Tunnel {
  const condition = { type: 'Ready', status, reason, message, lastTransitionTime: '', observedGeneration: 1 };
  const other = { ...condition, type: 'DNSReady', message: 'another' };
  return { ...tunnel, status: { conditions: [other, condition] } };
}

describe('uninstalling', () => {
  it('deletes every Tunnel that is not on its way out', () => {
    expect(tunnelsToDelete({ tunnels: [HOME, GOING], finalizerAdded: [] })).toEqual([HOME]);
  });

  it.each([
    { spec: {}, says: 'being deleted, with its records, connectors and tunnel' },
    { spec: { suspend: true }, says: 'suspended, so its connectors, tunnel and records stay' },
    { spec: { deletionPolicy: 'Retain' as const }, says: expect.stringContaining('deletionPolicy is Retain') },
    { spec: { existingTunnel: { name: 'old' } }, says: expect.stringContaining('deletionPolicy is Retain') },
    { spec: { dns: { mode: 'UpsertOnly' as const } }, says: expect.stringContaining('its records stay') },
  ])('promises of a Tunnel with $spec no more than happens', ({ spec, says }) => {
    expect(fateOf(aTunnel('shop/home', { spec }), false)).toEqual(says);
  });

  it('says of a Tunnel that is handed over that all of it stays', () => {
    expect(fateOf(HOME, true)).toBe('handed over: its connectors, tunnel and records stay');
    expect(settingsOf(aTunnel('shop/home', { spec: HANDED_OVER }))).toMatchObject({ deletionPolicy: 'Retain' });
    expect(fateOf(aTunnel('shop/home', { spec: HANDED_OVER }), false)).toContain('suspended');
  });

  it('is told of Tunnels that have gone since the last look', () => {
    const before = { tunnels: [HOME, GOING], finalizerAdded: [] };

    expect(tunnelsGone(before, { tunnels: [GOING], finalizerAdded: [] })).toEqual(['shop/home']);
  });

  it.each([
    { tunnels: [], finalizerAdded: [], isDone: true },
    { tunnels: [GOING], finalizerAdded: [], isDone: false },
    { tunnels: [], finalizerAdded: [WEB], isDone: false },
  ])('is done when no Tunnel is left and no Service is held', ({ isDone, ...seen }) => {
    expect(isUninstalled(seen)).toBe(isDone);
  });
});

describe('what is in the way', () => {
  it.each([
    { tunnel: HOME, says: 'Tunnel shop/home: it was created again, or could not be deleted' },
    { tunnel: GOING, says: 'Tunnel shop/going: the operator has not begun to clean up after it: is it running?' },
    {
      tunnel: saying(GOING, 'True', 'Ready', 'All is well'),
      says: 'Tunnel shop/going: the operator has not begun to clean up after it: is it running?',
    },
    {
      tunnel: saying(GOING, 'False', 'SecretNotFound', 'Secret shop/cloudflare does not exist'),
      says: 'Tunnel shop/going: SecretNotFound: Secret shop/cloudflare does not exist',
    },
    {
      tunnel: { ...GOING, metadata: { ...GOING.metadata, finalizers: ['example.net/keep'] } },
      says: 'Tunnel shop/going: it is kept by example.net/keep: ask whoever put that finalizer on',
    },
  ])('is told of a Tunnel: $says', ({ tunnel, says }) => {
    expect(notReady({ tunnels: [tunnel], finalizerAdded: [] })).toEqual([says]);
    expect(notReady({ tunnels: [{ ...GOING, status: {} }], finalizerAdded: [] })[0]).toContain('is it running?');
  });

  it('is told of a Service', () => {
    expect(notReady({ tunnels: [], finalizerAdded: [WEB] })).toEqual([
      'Service shop/web: it carries cftunnel.io/finalizer, which the operator has not taken off: is it running?',
    ]);
  });
});
