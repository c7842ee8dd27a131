import { describe, expect, it } from '@jest/globals';
import type { Hold } from '../../../src/core/published-routes/hold.ts';
import { finalizerAction } from '../../../src/core/routing/finalizer.ts';
import { aService } from '../../support/builders.ts';

// Invariant 35.
describe('the finalizer of a source', () => {
  it.each<{ hasRoutes: boolean | undefined; action: string; case: string }>([
    { hasRoutes: true, action: 'add', case: 'is added before its routes are published' },
    { hasRoutes: false, action: 'none', case: 'is not added while it is refused' },
    { hasRoutes: undefined, action: 'none', case: 'is not added before a table has decided' },
  ])('$case', ({ hasRoutes, action }) => {
    expect(finalizerAction(aService('shop/web'), { hasRoutes, hold: () => ({ kind: 'held' }) })).toBe(action);
  });

  it.each<{ hasRoutes: boolean | undefined; kind: Hold['kind']; action: string; case: string }>([
    { hasRoutes: true, kind: 'none', action: 'none', case: 'stays while it is about to be published' },
    { hasRoutes: false, kind: 'held', action: 'none', case: 'stays while a rule of it is left' },
    { hasRoutes: false, kind: 'uncertain', action: 'none', case: 'stays while a rule of it may be left' },
    { hasRoutes: undefined, kind: 'none', action: 'none', case: 'stays until a table has decided' },
    { hasRoutes: false, kind: 'none', action: 'remove', case: 'is removed when nothing of it is left' },
  ])('$case', ({ hasRoutes, kind, action }) => {
    const hold = (): Hold => (kind === 'uncertain' ? { kind, tunnels: ['shop/home'] } : { kind });

    expect(finalizerAction(aService('shop/web', { finalized: true }), { hasRoutes, hold })).toBe(action);
  });
});
