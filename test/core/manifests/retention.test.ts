import { describe, expect, it } from '@jest/globals';
import type { KubeObject, OwnerReference } from '../../../src/api/objects.ts';
import { ownerReferenceOf } from '../../../src/core/owned.ts';
import { ownersWith, ownersWithout, ownershipOf } from '../../../src/core/manifests/ownership.ts';
import { isRetained, ownersRetained, ownersUnretained } from '../../../src/core/manifests/retention.ts';
import { serviceAccountFor } from '../../../src/core/manifests/service-account.ts';
import { aTunnel } from '../../support/builders.ts';

const HOME = aTunnel('shop/home');
const SHOP: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'uid of shop' } };
const BY_SHOP: OwnerReference = { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'uid of shop' };
const HELM: OwnerReference = { apiVersion: 'helm.example/v1', kind: 'Release', name: 'shop', uid: 'helm' };
const OWNED = withOwners([HELM, ownerReferenceOf(HOME)]);
const RETAINED = withOwners(ownersRetained(OWNED, SHOP));

// Invariant 36.
describe('an object of a suspended Tunnel', () => {
  it('has its namespace as an owner too, which blocks and controls nothing', () => {
    expect(RETAINED.metadata.ownerReferences).toEqual([HELM, ownerReferenceOf(HOME), BY_SHOP]);
    expect(isRetained(RETAINED)).toBe(true);
  });

  it('has one reference to its namespace, also when it is retained again', () => {
    expect(ownersRetained(RETAINED, SHOP)).toEqual(RETAINED.metadata.ownerReferences);
  });

  it("is still the Tunnel's", () => {
    expect(ownershipOf(RETAINED, HOME, String)).toEqual({ kind: 'owned' });
  });

  it('can be adopted when only its namespace owns it', () => {
    expect(ownershipOf(withOwners([BY_SHOP]), HOME, String)).toEqual({ kind: 'adoptable' });
  });

  it('loses the reference to its namespace when the Tunnel is resumed, or deleted', () => {
    expect(ownersUnretained(RETAINED)).toEqual(OWNED.metadata.ownerReferences);
    expect(ownersWith(RETAINED, HOME)).toEqual(OWNED.metadata.ownerReferences);
    expect(ownersWithout(RETAINED, HOME)).toEqual([HELM]);
  });
});

it.each<{ case: string; owners: readonly OwnerReference[] }>([
  { case: 'the Tunnel alone', owners: [ownerReferenceOf(HOME)] },
  { case: 'nobody', owners: [] },
  { case: 'another namespace', owners: [{ ...BY_SHOP, name: 'office' }] },
  { case: 'something else of that name', owners: [HELM] },
])('an object that belongs to $case is not retained', ({ owners }) => {
  expect(isRetained(withOwners(owners))).toBe(false);
});

function withOwners(ownerReferences: readonly OwnerReference[]): KubeObject {
  const object = serviceAccountFor(HOME);
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}
