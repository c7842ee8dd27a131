import { describe, expect, it } from '@jest/globals';
import { type AdoptionFacts, adoptionProblem } from '../../../src/core/tunnel/adoption.ts';

const STORED = { accountId: 'account', tunnelSecret: 'secret', tunnelId: '1' };

// Invariant 33.
describe('credentials without an owner', () => {
  it.each<{ case: string; facts: Partial<AdoptionFacts> }>([
    { case: 'their tunnel has the name that this Tunnel gives', facts: { tunnels: [remote('prod/shop/home')] } },
    {
      case: 'the status knows their tunnel, whatever it is called',
      facts: { lastId: '1', tunnels: [remote('renamed')] },
    },
    { case: 'the spec names their tunnel by id', facts: { existing: { id: '1' }, tunnels: [remote('old')] } },
    { case: 'the spec names their tunnel by name', facts: { existing: { name: 'old' }, tunnels: [remote('old')] } },
    { case: 'their tunnel is gone', facts: { tunnels: [] } },
  ])('are taken up when $case', ({ facts }) => {
    expect(adoptionProblem(STORED, someFacts(facts))).toBeUndefined();
  });

  it('are taken up while their tunnel was not made yet', () => {
    expect(adoptionProblem({ ...STORED, tunnelId: undefined }, someFacts({}))).toBeUndefined();
    expect(adoptionProblem({ ...STORED, tunnelId: undefined }, someFacts({ accountId: 'other' }))).toBeDefined();
    expect(adoptionProblem(STORED, someFacts({ existing: { name: 'old' } }))).toBeUndefined();
  });

  it.each<{ case: string; facts: Partial<AdoptionFacts>; why: RegExp }>([
    {
      case: 'a namespace was copied and the original still runs',
      facts: { name: 'prod/staging/home', tunnels: [remote('prod/shop/home')] },
      why: /tunnel "prod\/shop\/home" \(1\).* called "prod\/staging\/home"; a new Tunnel with spec\.existingTunnel/,
    },
    {
      case: 'they come from a cluster of another name',
      facts: { tunnels: [remote('old/shop/home')] },
      why: /if cluster "old" is gone, run the operator with --cluster-name=old/,
    },
    {
      case: 'the spec names another tunnel',
      facts: { existing: { id: '2' }, tunnels: [remote('prod/shop/home')] },
      why: /holds the credentials of tunnel "prod\/shop\/home"/,
    },
    { case: 'they are for another account', facts: { accountId: 'other' }, why: /are for account account/ },
    {
      case: 'their tunnel has no name of ours',
      facts: { name: 'home', tunnels: [remote('other')] },
      why: /a new Tunnel with spec\.existingTunnel/,
    },
    {
      case: 'it is another than the first that there is',
      facts: { tunnels: [{ ...remote('prod/shop/home'), id: '2' }, remote('other')] },
      why: /tunnel "other"/,
    },
  ])('are left alone when $case', ({ facts, why }) => {
    expect(adoptionProblem(STORED, someFacts(facts))).toMatch(why);
  });
});

function remote(name: string) {
  return { id: '1', name, isRemotelyManaged: false };
}

function someFacts(facts: Partial<AdoptionFacts>): AdoptionFacts {
  return {
    name: 'prod/shop/home',
    existing: undefined,
    lastId: undefined,
    accountId: 'account',
    tunnels: [],
    ...facts,
  };
}
