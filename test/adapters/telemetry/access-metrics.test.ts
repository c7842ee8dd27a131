import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { registerAccessGauges } from '../../../src/adapters/telemetry/access-metrics.ts';
import { accessFigures } from '../../../src/core/access/figures.ts';
import { anAccessPolicy, anAccessServiceToken } from '../../support/access-world.ts';

const READY = {
  type: 'Ready',
  status: 'True' as const,
  reason: 'Fine',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
};

it('policies and service tokens are shown with their condition, and tokens with their end', async () => {
  const registry = new Registry();
  const policy = { ...anAccessPolicy({ existing: { id: 'id' } }), status: { conditions: [READY] } };
  const token = { ...anAccessServiceToken(), status: { expiresAt: '1970-01-01T00:01:00Z' } };
  registerAccessGauges(registry, () => accessFigures([policy], [token]));

  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('cftunnel'));
  expect(lines).toEqual([
    'cftunnel_access_condition{kind="AccessPolicy",object="shop/staff",status="True",reason="Fine"} 1',
    'cftunnel_access_service_token_expiry_timestamp_seconds{object="shop/robot"} 60',
  ]);
});
