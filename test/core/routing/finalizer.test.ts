import { describe, expect, it } from '@jest/globals';
import { finalizerAction } from '../../../src/core/routing/finalizer.ts';
import { aService } from '../../support/builders.ts';

const BARE = aService('shop/web');
const GUARDED = aService('shop/web', { finalized: true });

// Invariant 35.
describe('the finalizer of a Service', () => {
  it.each([
    { service: BARE, hasRoutes: true, held: false, action: 'guard', when: 'goes on before its routes are published' },
    { service: BARE, hasRoutes: false, held: false, action: 'leave', when: 'stays off while it is refused' },
    {
      service: BARE,
      hasRoutes: false,
      held: true,
      action: 'leave',
      when: 'stays off though the published routes cannot be read',
    },
    { service: BARE, hasRoutes: undefined, held: false, action: 'leave', when: 'waits until it was looked at' },
    { service: GUARDED, hasRoutes: true, held: true, action: 'leave', when: 'stays while it is published' },
    { service: GUARDED, hasRoutes: true, held: false, action: 'leave', when: 'stays just before it is published' },
    { service: GUARDED, hasRoutes: false, held: true, action: 'leave', when: 'stays while a rule of it is left' },
    { service: GUARDED, hasRoutes: undefined, held: false, action: 'leave', when: 'stays until it was looked at' },
    { service: GUARDED, hasRoutes: false, held: false, action: 'release', when: 'goes when nothing of it is left' },
  ])('$when', ({ service, hasRoutes, held, action }) => {
    expect(finalizerAction(service, { hasRoutes, hold: () => ({ kind: held ? 'held' : 'none' }) })).toBe(action);
  });
});
