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
    { case: 'a Tunnel that stays', leavingForMs: 0, heeds: true },
    { case: 'one that has been leaving for a moment', leavingForMs: 59_999, heeds: true },
    { case: 'one that has waited for them for a minute', leavingForMs: 60_000, heeds: false },
  ])('are heeded by $case: $heeds', ({ leavingForMs, heeds }) => {
    expect(respectedClaims(CLAIMS, leavingForMs)).toEqual(heeds ? CLAIMS : new Map());
  });
});

describe('the claim of a Tunnel that makes no record', () => {
  it.each([
    { case: 'makes one', moves: true, claimant: 'shop/second' },
    { case: 'leaves it to somebody else', moves: false, claimant: undefined },
  ])('counts for a Tunnel that $case: $moves', ({ moves, claimant }) => {
    expect(claimsOfMovers(CLAIMS, () => moves).get(aHostname('moved.example.com'))).toBe(claimant);
  });
});

describe('a record that is handed over', () => {
  const owner = { tunnel: 'shop/home', mark: 'mine', claims: CLAIMS };

  it.each([
    { case: 'another Tunnel claims its name', name: 'moved.example.com', comment: 'mine', isHandedOver: true },
    { case: 'its own Tunnel claims it', name: 'own.example.com', comment: 'mine', isHandedOver: false },
    { case: 'nobody claims it', name: 'free.example.com', comment: 'mine', isHandedOver: false },
    { case: 'it has changed hands', name: 'moved.example.com', comment: 'theirs', isHandedOver: false },
  ])('is one where $case: $isHandedOver', ({ name, comment, isHandedOver }) => {
    expect(namesHandedOver([record(name, comment)], owner)).toEqual(isHandedOver ? [name] : []);
  });
});

function record(name: string, comment: string): ObservedRecord {
  return { id: 'r1', name, type: 'CNAME', content: 't.cfargotunnel.com', proxied: true, comment };
}
