import { describe, expect, it } from '@jest/globals';
import { holds } from '../../../src/core/manifests/drift.ts';
import { serviceAccountFor } from '../../../src/core/manifests/service-account.ts';
import { stamp } from '../../../src/core/manifests/stamp.ts';
import { aConfigMap, aTunnel } from '../../support/builders.ts';

const hash = (text: string): string => String(text.length);

describe('stamp', () => {
  it('makes a manifest differ from an object with additional fields', () => {
    const before = stamp(aConfigMap('shop/home', { a: '1', b: '2' }), hash);
    const after = stamp(aConfigMap('shop/home', { a: '1' }), hash);

    expect(holds(before, after)).toBe(false);
  });

  it('keeps existing annotations', () => {
    const manifest = aConfigMap('shop/home', {});
    const annotated = { ...manifest, metadata: { ...manifest.metadata, annotations: { mine: 'yes' } } };

    expect(stamp(annotated, hash).metadata.annotations).toMatchObject({ mine: 'yes' });
  });

  it('is the same for the same manifest', () => {
    const manifest = serviceAccountFor(aTunnel('shop/home'));

    expect(stamp(manifest, hash)).toEqual(stamp(structuredClone(manifest), hash));
  });
});
