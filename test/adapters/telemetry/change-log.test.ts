import { expect, it } from '@jest/globals';
import { logChange } from '../../../src/adapters/telemetry/change-log.ts';
import { aTunnel } from '../../support/builders.ts';

it('logs one line for each object, with the description of the reason and the details as fields', () => {
  const lines: unknown[] = [];
  const info = (...line: readonly unknown[]): void => void lines.push(line);
  const log = { debug: info, info, warn: info, error: info };
  const entries = [{ hostname: 'a.example.com' }, { hostname: 'b.example.com' }];

  logChange(log, aTunnel('shop/home'), { reason: 'RecordCreated', message: 'not for the log', entries });

  const about = { reason: 'RecordCreated', tunnel: 'shop/home' };
  expect(lines).toEqual([
    ['A DNS record was created', { ...about, hostname: 'a.example.com' }],
    ['A DNS record was created', { ...about, hostname: 'b.example.com' }],
  ]);
});
