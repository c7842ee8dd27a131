import { describe, expect, it } from '@jest/globals';
import { refuseUnprotected } from '../../../src/core/ingress/protected-routes.ts';
import { aRoute } from '../../support/routes.ts';

const PROTECTION = { team: 'acme', audience: 'aa11' };

// Invariant 57.
describe('a route', () => {
  const open = aRoute('open.example.com');
  const none = { ...aRoute('none.example.com'), access: 'none' as const };
  const asking = { ...aRoute('asking.example.com'), access: ['shop/office'] };
  const guarded = { ...asking, protection: PROTECTION };

  it('that asks for Access is published only behind an application', () => {
    const { good, bad } = refuseUnprotected([open, none, asking, guarded]);

    expect(good).toEqual([open, none, guarded]);
    expect(bad).toEqual([
      {
        route: asking,
        reason: 'AccessNotReady',
        why: 'asking.example.com is not published: it has no Access application yet',
      },
    ]);
  });
});
