import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RemoteFacts, type RemoteTunnel, decideRemote } from '../../../src/core/tunnel/remote.ts';

const NAME = 'prod/shop/home';

describe('a tunnel of our own', () => {
  it.each<{ case: string; facts: Partial<RemoteFacts>; action: unknown }>([
    { case: 'is created if there is none', facts: {}, action: { kind: 'create', name: NAME } },
    {
      case: 'is created with the stored secret after a crash before its creation',
      facts: { stored: stored(undefined) },
      action: { kind: 'create', name: NAME },
    },
    {
      case: 'must be verified after a crash before its id was stored',
      facts: { stored: stored(undefined), tunnels: [remote('1')] },
      action: { kind: 'verify', tunnel: remote('1') },
    },
    {
      case: 'must be verified if nothing is known about it',
      facts: { tunnels: [remote('1')] },
      action: { kind: 'verify', tunnel: remote('1') },
    },
    {
      case: 'is kept if it matches',
      facts: { stored: stored('1'), lastId: '1', tunnels: [remote('1')] },
      action: { kind: 'keep', id: '1' },
    },
    {
      case: 'is recognized by its id, whatever its name',
      facts: { stored: stored('1'), tunnels: [remote('2'), remote('1', { name: 'renamed' })] },
      action: { kind: 'keep', id: '1' },
    },
    {
      case: 'has its Secret restored if it is lost',
      facts: { lastId: '1', tunnels: [remote('1')] },
      action: { kind: 'restore', tunnel: remote('1') },
    },
    {
      case: 'has its Secret restored if it names another tunnel',
      facts: { stored: stored(undefined), lastId: '1', tunnels: [remote('1')] },
      action: { kind: 'restore', tunnel: remote('1') },
    },
    {
      case: 'is re-created if it was deleted at Cloudflare',
      facts: { stored: stored('1'), lastId: '1', tunnels: [remote('2', { name: 'other' })] },
      action: { kind: 'create', name: NAME },
    },
    {
      case: 'must be verified if it was deleted and another one has its name',
      facts: { stored: stored('1'), lastId: '1', tunnels: [remote('2')] },
      action: { kind: 'verify', tunnel: remote('2') },
    },
  ])('$case', ({ facts, action }) => {
    expect(decideRemote(someFacts(facts))).toEqual(action);
  });

  // Invariant 6.
  it('is never created if one with its name or id is listed', () => {
    fc.assert(
      fc.property(anyFacts(), (facts) => {
        const id = facts.stored?.tunnelId ?? facts.lastId;
        const isThere = facts.tunnels.some((tunnel) => tunnel.name === NAME || tunnel.id === id);
        expect(decideRemote(facts).kind === 'create').toBe(!isThere);
      }),
    );
  });

  it('is kept only if the Secret names it', () => {
    fc.assert(
      fc.property(anyFacts(), (facts) => {
        const action = decideRemote(facts);
        expect(action.kind !== 'keep' || action.id === facts.stored?.tunnelId).toBe(true);
      }),
    );
  });
});

describe('a tunnel whose rules are elsewhere than the spec says', () => {
  const LOCAL = {
    kind: 'refuse',
    reason: 'ExistingTunnelLocal',
    message:
      'Tunnel "home" is configured locally, so Cloudflare would not send rules to its connectors. Re-create this Tunnel with spec.configMode: Local',
  };
  const REMOTE = {
    kind: 'refuse',
    reason: 'ExistingTunnelRemote',
    message:
      'Tunnel "home" is configured at Cloudflare, so its connectors would ignore the rules in the cluster. Re-create this Tunnel with spec.configMode: Remote',
  };
  const KEPT = { kind: 'keep', id: '1' };

  it.each<{ mode: RemoteFacts['mode']; isRemotelyManaged: boolean; action: object }>([
    { mode: 'Local', isRemotelyManaged: false, action: KEPT },
    { mode: 'Local', isRemotelyManaged: true, action: REMOTE },
    { mode: 'Remote', isRemotelyManaged: true, action: KEPT },
    { mode: 'Remote', isRemotelyManaged: false, action: LOCAL },
  ])('is refused: $mode, and at Cloudflare $isRemotelyManaged', ({ mode, isRemotelyManaged, action }) => {
    const tunnels = [remote('1', { name: 'home', isRemotelyManaged })];
    const facts = { mode, stored: stored('1'), tunnels };

    expect(decideRemote(someFacts(facts))).toStrictEqual(action);
    expect(decideRemote(someFacts({ ...facts, existing: { name: 'home' } }))).toStrictEqual(action);
  });
});

describe('an existing tunnel', () => {
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
      case: 'is refused if it does not exist, and never created',
      facts: { existing: { name: 'lost' }, tunnels: [remote('1')] },
      action: {
        kind: 'refuse',
        reason: 'ExistingTunnelNotFound',
        message:
          'The account has no tunnel "lost". Create it, or replace this Tunnel by one with another spec.existingTunnel (the field is immutable)',
      },
    },
    {
      case: 'is refused if it is configured at Cloudflare',
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
  return {
    name: NAME,
    mode: 'Local',
    existing: undefined,
    lastId: undefined,
    stored: undefined,
    tunnels: [],
    ...facts,
  };
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
