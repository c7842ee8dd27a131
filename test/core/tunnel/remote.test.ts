import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RemoteFacts, type RemoteTunnel, decideRemote } from '../../../src/core/tunnel/remote.ts';

const NAME = 'prod/shop/home';

describe('a tunnel of our own', () => {
  it.each<{ case: string; facts: Partial<RemoteFacts>; action: unknown }>([
    { case: 'is made where there is none', facts: {}, action: { kind: 'create', name: NAME } },
    {
      case: 'is made with the stored secret after a crash before it was made',
      facts: { stored: stored(undefined) },
      action: { kind: 'create', name: NAME },
    },
    {
      case: 'must be proven after a crash before its id was stored',
      facts: { stored: stored(undefined), tunnels: [remote('1')] },
      action: { kind: 'verify', tunnel: remote('1') },
    },
    {
      case: 'must be proven when nothing at all is known of it',
      facts: { tunnels: [remote('1')] },
      action: { kind: 'verify', tunnel: remote('1') },
    },
    {
      case: 'is kept as it is',
      facts: { stored: stored('1'), lastId: '1', tunnels: [remote('1')] },
      action: { kind: 'keep', id: '1' },
    },
    {
      case: 'is known by its id, whatever it is called now',
      facts: { stored: stored('1'), tunnels: [remote('2'), remote('1', { name: 'renamed' })] },
      action: { kind: 'keep', id: '1' },
    },
    {
      case: 'has its Secret restored when that is lost',
      facts: { lastId: '1', tunnels: [remote('1')] },
      action: { kind: 'restore', tunnel: remote('1') },
    },
    {
      case: 'has its Secret restored when that does not name it',
      facts: { stored: stored(undefined), lastId: '1', tunnels: [remote('1')] },
      action: { kind: 'restore', tunnel: remote('1') },
    },
    {
      case: 'is made anew when it was deleted at Cloudflare',
      facts: { stored: stored('1'), lastId: '1', tunnels: [remote('2', { name: 'other' })] },
      action: { kind: 'create', name: NAME },
    },
    {
      case: 'must be proven when it was deleted and another has its name',
      facts: { stored: stored('1'), lastId: '1', tunnels: [remote('2')] },
      action: { kind: 'verify', tunnel: remote('2') },
    },
  ])('$case', ({ facts, action }) => {
    expect(decideRemote(someFacts(facts))).toEqual(action);
  });

  // Invariant 6.
  it('is never made where one of its name or its id is listed', () => {
    fc.assert(
      fc.property(anyFacts(), (facts) => {
        const id = facts.stored?.tunnelId ?? facts.lastId;
        const isThere = facts.tunnels.some((tunnel) => tunnel.name === NAME || tunnel.id === id);
        expect(decideRemote(facts).kind === 'create').toBe(!isThere);
      }),
    );
  });

  it('is kept only if our own Secret names it', () => {
    fc.assert(
      fc.property(anyFacts(), (facts) => {
        const action = decideRemote(facts);
        expect(action.kind !== 'keep' || action.id === facts.stored?.tunnelId).toBe(true);
      }),
    );
  });
});

describe('a tunnel made elsewhere', () => {
  it.each<{ case: string; facts: Partial<RemoteFacts>; action: unknown }>([
    {
      case: 'is taken over by id',
      facts: { existing: { id: '2' }, tunnels: [remote('1'), remote('2')] },
      action: { kind: 'restore', tunnel: remote('2') },
    },
    {
      case: 'is taken over by name',
      facts: { existing: { name: 'old' }, tunnels: [remote('1'), remote('2', { name: 'old' })] },
      action: { kind: 'restore', tunnel: remote('2', { name: 'old' }) },
    },
    {
      case: 'is kept once its credentials are stored',
      facts: { existing: { id: '2' }, stored: stored('2'), tunnels: [remote('2')] },
      action: { kind: 'keep', id: '2' },
    },
    {
      case: 'is refused when it does not exist, and never made',
      facts: { existing: { name: 'lost' }, tunnels: [remote('1')] },
      action: {
        kind: 'refuse',
        reason: 'ExistingTunnelNotFound',
        message:
          'The account has no tunnel "lost". Create it, or a Tunnel with another spec.existingTunnel: the field cannot be changed',
      },
    },
    {
      case: 'is refused when it is configured at Cloudflare',
      facts: { existing: { id: '2' }, tunnels: [remote('2', { isRemotelyManaged: true })] },
      action: { kind: 'refuse', reason: 'ExistingTunnelRemote', message: expect.stringContaining('"2"') },
    },
  ])('$case', ({ facts, action }) => {
    expect(decideRemote(someFacts(facts))).toEqual(action);
  });
});

function remote(id: string, traits: Partial<RemoteTunnel> = {}): RemoteTunnel {
  return { id, name: NAME, isRemotelyManaged: false, ...traits };
}

function stored(tunnelId: string | undefined) {
  return { accountId: 'account', tunnelSecret: 'secret', tunnelId };
}

function someFacts(facts: Partial<RemoteFacts>): RemoteFacts {
  return { name: NAME, existing: undefined, lastId: undefined, stored: undefined, tunnels: [], ...facts };
}

function anyFacts(): fc.Arbitrary<RemoteFacts> {
  const id = fc.constantFrom('1', '2', '3');
  const tunnel = fc.tuple(id, fc.constantFrom(NAME, 'other')).map(([own, name]) => remote(own, { name }));
  return fc
    .record({
      lastId: fc.option(id, { nil: undefined }),
      stored: fc.option(fc.option(id, { nil: undefined }).map(stored), { nil: undefined }),
      tunnels: fc.uniqueArray(tunnel, { selector: (one) => one.id }),
    })
    .map(someFacts);
}
