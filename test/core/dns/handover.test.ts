import { describe, expect, it } from '@jest/globals';
import { claimsOfMovers, respectedClaims, namesHandedOver } from '../../../src/core/dns/handover.ts';
import type { ObservedRecord } from '../../../src/core/dns/plan.ts';
import { aHostname } from '../../support/routes.ts';

const CLAIMS = new Map([
  [aHostname('own.example.com'), 'shop/home'],
  [aHostname('moved.example.com'), 'shop/second'],
]);

describe('the claims of other Tunnels', () => {
  it.each([
    { case: 'a Tunnel that is not deleted', deletingForMs: 0, isRespected: true },
    { case: 'one that has been deleted recently', deletingForMs: 59_999, isRespected: true },
    { case: 'one that was deleted a minute ago', deletingForMs: 60_000, isRespected: false },
  ])('are respected by $case: $isRespected', ({ deletingForMs, isRespected }) => {
    expect(respectedClaims(CLAIMS, deletingForMs)).toEqual(isRespected ? CLAIMS : new Map());
  });
});

describe('the claim of another Tunnel', () => {
  it.each([
    { case: 'manages the record', moves: true, claimant: 'shop/second' },
    { case: 'does not manage it', moves: false, claimant: undefined },
  ])('counts if that Tunnel $case: $moves', ({ moves, claimant }) => {
    expect(claimsOfMovers(CLAIMS, () => moves).get(aHostname('moved.example.com'))).toBe(claimant);
  });
});

describe('a record that is handed over', () => {
  const owner = { tunnel: 'shop/home', mark: 'mine', claims: CLAIMS };

  it.each([
    { case: 'another Tunnel claims its name', name: 'moved.example.com', comment: 'mine', isHandedOver: true },
    { case: 'its own Tunnel claims it', name: 'own.example.com', comment: 'mine', isHandedOver: false },
    { case: 'no Tunnel claims it', name: 'free.example.com', comment: 'mine', isHandedOver: false },
    { case: 'it has another owner', name: 'moved.example.com', comment: 'theirs', isHandedOver: false },
  ])('is one of the Tunnel if $case: $isHandedOver', ({ name, comment, isHandedOver }) => {
    expect(namesHandedOver([record(name, comment)], owner)).toEqual(isHandedOver ? [name] : []);
  });
});

function record(name: string, comment: string): ObservedRecord {
  return { id: 'r1', name, type: 'CNAME', content: 't.cfargotunnel.com', proxied: true, comment };
}
