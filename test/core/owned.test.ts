import { describe, expect, it } from '@jest/globals';
import { isOwnedBy, ownedLabels, ownedMetadata, ownedNames, selectorLabels } from '../../src/core/owned.ts';
import { aConfigMap, aTunnel } from '../support/builders.ts';

const HOME = aTunnel('shop/home');

describe('ownedNames', () => {
  it('appends suffixes to the name of the Tunnel', () => {
    expect(ownedNames(HOME)).toEqual({
      workload: 'home-cloudflared',
      credentials: 'home-cloudflared-credentials',
      proxy: 'home-cloudflared-proxy',
    });
  });
});

describe('ownedLabels', () => {
  it('names the application, the Tunnel and the manager', () => {
    expect(ownedLabels(HOME)).toEqual({
      'app.kubernetes.io/name': 'cloudflared',
      'app.kubernetes.io/instance': 'home',
      'app.kubernetes.io/managed-by': 'cftunnel-operator',
      'app.kubernetes.io/part-of': 'cftunnel',
      'cftunnel.io/tunnel': 'home',
    });
  });

  it('includes the labels that select the pods', () => {
    expect(ownedLabels(HOME)).toMatchObject(selectorLabels(HOME));
  });
});

describe('ownedMetadata', () => {
  it('has the namespace of the Tunnel, and an owner reference to it', () => {
    expect(ownedMetadata(HOME, 'home-cloudflared', { note: 'a' })).toEqual({
      name: 'home-cloudflared',
      namespace: 'shop',
      labels: ownedLabels(HOME),
      annotations: { note: 'a' },
      ownerReferences: [
        {
          apiVersion: 'cftunnel.io/v1alpha1',
          kind: 'Tunnel',
          name: 'home',
          uid: HOME.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
  });

  it('has no annotations by default', () => {
    expect(ownedMetadata(HOME, 'home-cloudflared')).not.toHaveProperty('annotations');
  });
});

describe('isOwnedBy', () => {
  const configMap = aConfigMap('shop/home-cloudflared', {});
  const owned = { ...configMap, metadata: ownedMetadata(HOME, 'home-cloudflared') };

  it('recognizes an object of the Tunnel', () => {
    expect(isOwnedBy(owned, HOME)).toBe(true);
  });

  it('recognizes it among other owners', () => {
    const other = { apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'other' };
    const ownerReferences = [other, ...(owned.metadata.ownerReferences ?? [])];

    expect(isOwnedBy({ ...owned, metadata: { ...owned.metadata, ownerReferences } }, HOME)).toBe(true);
  });

  it.each([
    { case: 'without an owner', object: configMap, tunnel: HOME },
    { case: 'of another Tunnel', object: owned, tunnel: aTunnel('shop/other') },
    {
      case: 'of a former Tunnel of the same name',
      object: owned,
      tunnel: { ...HOME, metadata: { ...HOME.metadata, uid: 'successor' } },
    },
  ])('does not recognize an object $case', ({ object, tunnel }) => {
    expect(isOwnedBy(object, tunnel)).toBe(false);
  });
});
