import { expect, it } from '@jest/globals';
import { isUnanswered, unansweredFor, unansweredServices } from '../../../src/core/status/endpoints.ts';
import { aRoute } from '../../support/routes.ts';

// Invariant 32.
it.each([
  { case: 'with an unknown state', forMs: undefined, reason: 'Exposed', is: false },
  { case: 'whose state is no longer known', forMs: undefined, reason: 'NoReadyEndpoints', is: false },
  { case: 'that is rolling', forMs: 1_000, reason: 'Exposed', is: false },
  { case: 'that has had no pod for a while', forMs: 5_000, reason: 'Exposed', is: true },
  { case: 'that had none before a restart', forMs: 0, reason: 'NoReadyEndpoints', is: true },
])('a Service $case is reported: $is', ({ forMs, reason, is }) => {
  expect(isUnanswered(forMs, { reason })).toBe(is);
});

it('every Service that routes lead to is looked at once, and told if it has had no pod for a while', () => {
  const asked: string[] = [];
  const routes = ['web', 'web', 'api', 'new'].map((name) =>
    aRoute('a.example.com', 'Ingress/shop/site', `http://${name}.shop.svc:80`),
  );
  const unanswered = unansweredServices(
    [...routes, aRoute('b.example.com', 'shop/x', 'http://192.0.2.1:80')],
    (service) => {
      asked.push(service);
      return { 'shop/api': 6_000, 'shop/new': 1_000 }[service];
    },
  );

  expect(asked).toEqual(['shop/web', 'shop/api', 'shop/new']);
  expect(unansweredFor(unanswered, undefined)).toEqual(['shop/api']);
});
