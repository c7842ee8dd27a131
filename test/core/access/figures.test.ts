import { expect, it } from '@jest/globals';
import { accessFigures } from '../../../src/core/access/figures.ts';
import { anAccessPolicy, anAccessServiceToken } from '../../support/access-world.ts';
import { allow } from './access-specs.ts';

const READY = { type: 'Ready', status: 'False', reason: 'TokenExpired', message: 'It has ended' };

it('policies and service tokens are counted with what they say of themselves', () => {
  const token = anAccessServiceToken();
  const seen = { ...token, status: { expiresAt: '2026-01-01T00:00:00Z', conditions: [READY] } };
  const endless = { ...token, status: {} };

  expect(accessFigures([anAccessPolicy(allow())], [token, seen, endless])).toStrictEqual([
    { kind: 'AccessPolicy', object: 'shop/staff' },
    { kind: 'AccessServiceToken', object: 'shop/robot' },
    {
      kind: 'AccessServiceToken',
      object: 'shop/robot',
      ready: { status: 'False', reason: 'TokenExpired' },
      expiresAt: '2026-01-01T00:00:00Z',
    },
    { kind: 'AccessServiceToken', object: 'shop/robot' },
  ]);
});
