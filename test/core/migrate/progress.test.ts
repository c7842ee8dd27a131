import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { Service, Tunnel } from '../../../src/api/objects.ts';
import { awaitExposure, awaitRules, awaitTunnel, isDecided, unexplained } from '../../../src/core/migrate/progress.ts';
import { aService, aTunnel } from '../../support/builders.ts';

function condition(type: string, status: string, reason: string, observedGeneration?: number): Condition {
  return {
    type,
    status: status as Condition['status'],
    reason,
    message: `because of ${reason}`,
    lastTransitionTime: '2026-01-01T00:00:00Z',
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  };
}

function tunnelWith(...conditions: readonly Condition[]): Tunnel {
  return aTunnel('shop/home', {
    generation: 2,
    status: { conditions: [...conditions] },
  });
}

function exposedFor(reason: string): Service {
  return { ...aService('shop/web'), status: { conditions: [condition('cftunnel.io/Exposed', 'False', reason)] } };
}

const CREDENTIALS = condition('CredentialsReady', 'True', 'Valid', 2);
const FOUND = condition('TunnelReady', 'True', 'Found', 2);

describe('a new Tunnel', () => {
  it('has found its tunnel once both conditions are true and current', () => {
    expect(awaitTunnel(tunnelWith(CREDENTIALS, FOUND), 'shop/home')).toBeUndefined();
  });

  it.each([
    {
      case: 'nobody has looked at a half of it',
      tunnel: tunnelWith(CREDENTIALS),
      says: /Is it running\?$/,
      isFinal: false,
    },
    { case: 'nobody has looked at it', tunnel: aTunnel('shop/home'), says: /Is it running\?$/, isFinal: false },
    {
      case: 'a condition is old',
      tunnel: tunnelWith(CREDENTIALS, { ...FOUND, observedGeneration: 1 }),
      says: /Found/,
      isFinal: false,
    },
    {
      case: 'it is stalled',
      tunnel: tunnelWith(
        CREDENTIALS,
        condition('TunnelReady', 'False', 'ExistingTunnelRemote', 2),
        condition('Stalled', 'True', 'x'),
      ),
      says: /because of ExistingTunnelRemote/,
      isFinal: true,
    },
    { case: 'it is gone', tunnel: undefined, says: /is gone/, isFinal: true },
  ])('is waited for while $case', ({ tunnel, says, isFinal }) => {
    expect(awaitTunnel(tunnel, 'shop/home')).toEqual({ for: expect.stringMatching(says), isFinal });
  });
});

describe('rules', () => {
  const rule = { service: 'shop/web', hostname: 'a.example.com', path: undefined };

  it('are there once each is published for its own Service', () => {
    expect(awaitRules([rule], [rule], [])).toBeUndefined();
    expect(awaitRules([rule], [{ ...rule, service: 'shop/other' }], [])).toEqual({
      for: 'the rules of a.example.com',
      isFinal: false,
    });
  });

  it.each([
    { reason: 'NotAllowed', isFinal: true },
    { reason: 'HostnameConflict', isFinal: false },
  ])('that a Service cannot have for $reason are waited for, for ever: $isFinal', ({ reason, isFinal }) => {
    expect(awaitRules([rule], [], [aService('shop/other'), exposedFor(reason)])).toEqual({
      for: `the rules of a.example.com (Service shop/web: ${reason}: because of ${reason})`,
      isFinal,
    });
  });
});

it.each([
  { reason: 'Progressing', decided: false },
  { reason: 'TunnelNotFound', decided: false },
  { reason: 'TunnelNotReady', decided: false },
  { reason: 'HostnameConflict', decided: true },
  { reason: 'NoConnectors', decided: true },
])('the operator has decided about a Service with $reason: $decided', ({ reason, decided }) => {
  expect(isDecided([exposedFor('Exposed'), exposedFor(reason)])).toBe(decided);
  expect(isDecided([aService('shop/new')])).toBe(false);
});

it('a rule at Cloudflare is explained by its hostname', () => {
  const existing = ['a.example.com (path /) -> http://x:80', 'b.example.com -> http://y:80'];

  expect(unexplained(existing, ['a.example.com'])).toEqual(['b.example.com -> http://y:80']);
});

describe('exposure', () => {
  const ready = tunnelWith(condition('Ready', 'True', 'Ready', 2));

  it.each(['Exposed', 'NoReadyEndpoints'])('is there with %s: the rest was so before', (reason) => {
    expect(awaitExposure(ready, 'shop/home', [exposedFor(reason)])).toBeUndefined();
  });

  it.each([
    {
      case: 'a Tunnel that is rolling',
      tunnel: tunnelWith(condition('Ready', 'True', 'Ready', 2), condition('Reconciling', 'True', 'x')),
      waiting: { for: 'Tunnel shop/home: Ready: because of Ready', isFinal: false },
    },
    {
      case: 'a Tunnel that is not ready',
      tunnel: tunnelWith(condition('Ready', 'False', 'NoConnectors', 2)),
      waiting: { for: 'Tunnel shop/home: NoConnectors: because of NoConnectors', isFinal: false },
    },
    {
      case: 'a Tunnel that was ready before it changed',
      tunnel: tunnelWith(condition('Ready', 'True', 'Ready', 1)),
      waiting: { for: 'Tunnel shop/home: Ready: because of Ready', isFinal: false },
    },
    {
      case: 'a Tunnel that nobody has looked at',
      tunnel: aTunnel('shop/home'),
      waiting: { for: 'Tunnel shop/home: Unknown: ', isFinal: false },
    },
    {
      case: 'a Tunnel that is gone',
      tunnel: undefined,
      waiting: { for: 'Tunnel shop/home: Unknown: ', isFinal: false },
    },
    {
      case: 'a Service that nobody has looked at',
      tunnel: ready,
      services: [aService('shop/web')],
      waiting: { for: 'Service shop/web: Unknown: ', isFinal: false },
    },
    {
      case: 'a record that is refused',
      tunnel: ready,
      services: [exposedFor('Exposed'), exposedFor('RecordConflict')],
      waiting: { for: 'Service shop/web: RecordConflict: because of RecordConflict', isFinal: true },
    },
    {
      case: 'a record that is on its way',
      tunnel: ready,
      services: [exposedFor('Progressing')],
      waiting: { for: 'Service shop/web: Progressing: because of Progressing', isFinal: false },
    },
  ])('waits for $case', ({ tunnel, services = [], waiting }) => {
    expect(awaitExposure(tunnel, 'shop/home', services)).toStrictEqual(waiting);
  });
});
