import { describe, expect, it } from '@jest/globals';
import { type AdoptionFacts, adoptionProblem } from '../../../src/core/tunnel/adoption.ts';

const STORED = { accountId: 'account', tunnelSecret: 'secret', tunnelId: '1' };

// Invariant 33.
describe('credentials without an owner', () => {
  it.each<{ case: string; facts: Partial<AdoptionFacts> }>([
    { case: 'their tunnel has the name that this Tunnel generates', facts: { tunnels: [remote('prod/shop/home')] } },
    {
      case: 'the status contains the id of their tunnel, whatever its name',
      facts: { lastId: '1', tunnels: [remote('renamed')] },
    },
    { case: 'the spec names their tunnel by id', facts: { existing: { id: '1' }, tunnels: [remote('old')] } },
    { case: 'the spec names their tunnel by name', facts: { existing: { name: 'old' }, tunnels: [remote('old')] } },
    { case: 'their tunnel does not exist', facts: { tunnels: [] } },
  ])('are adopted if $case', ({ facts }) => {
    expect(adoptionProblem(STORED, someFacts(facts))).toBeUndefined();
  });

  it('are adopted if their tunnel was not created yet', () => {
    expect(adoptionProblem({ ...STORED, tunnelId: undefined }, someFacts({}))).toBeUndefined();
    expect(adoptionProblem({ ...STORED, tunnelId: undefined }, someFacts({ accountId: 'other' }))).toBeDefined();
    expect(adoptionProblem(STORED, someFacts({ existing: { name: 'old' } }))).toBeUndefined();
  });

  it.each<{ case: string; facts: Partial<AdoptionFacts>; why: RegExp }>([
    {
      case: 'a namespace was copied and the original still runs',
      facts: { name: 'prod/staging/home', tunnels: [remote('prod/shop/home')] },
      why: /tunnel "prod\/shop\/home" \(1\).* named "prod\/staging\/home"; to take it over, create a new Tunnel with spec\.existingTunnel/,
    },
    {
      case: 'they come from another cluster',
      facts: { tunnels: [remote('old/shop/home')] },
      why: /if cluster "old" is gone, run the operator with --cluster-name=old/,
    },
    {
      case: 'the spec names another tunnel',
      facts: { existing: { id: '2' }, tunnels: [remote('prod/shop/home')] },
      why: /contains the credentials of tunnel "prod\/shop\/home"/,
    },
    { case: 'they are for another account', facts: { accountId: 'other' }, why: /are for account account/ },
    {
      case: 'the name of their tunnel is not ours',
      facts: { name: 'home', tunnels: [remote('other')] },
      why: /a new Tunnel with spec\.existingTunnel/,
    },
    {
      case: 'their tunnel is not the first in the list',
      facts: { tunnels: [{ ...remote('prod/shop/home'), id: '2' }, remote('other')] },
      why: /tunnel "other"/,
    },
  ])('are not adopted if $case', ({ facts, why }) => {
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
