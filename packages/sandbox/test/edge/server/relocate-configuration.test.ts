import { expect, it } from '@jest/globals';
import { relocateConfiguration } from '../../../src/edge/server/relocate-configuration.ts';

it('translates the origins and files of a configuration, and nothing else', () => {
  const rule = { hostname: 'a', path: 'a', service: 'a', originRequest: { caPool: 'a', httpHostHeader: 'a' } };
  const config = { ingress: [rule], originRequest: { caPool: 'a', connectTimeout: 1 } };

  const moved = relocateConfiguration(config, (text) => text.toUpperCase());

  expect(moved).toEqual({
    ingress: [{ ...rule, service: 'A', originRequest: { caPool: 'A', httpHostHeader: 'a' } }],
    originRequest: { caPool: 'A', connectTimeout: 1 },
  });
});
