import { expect, it } from '@jest/globals';
import { digest } from '../../../src/adapters/digest.ts';
import { compileProxy } from '../../../src/core/proxy/compile.ts';
import { hostnamesIn } from '../../../src/core/proxy/hostnames.ts';
import { aProxiedRoute } from '../../support/routes.ts';

it('the hostnames of a configuration are those that it was made for', () => {
  const routes = ['a.example.com', '*.example.org'].map((name) => aProxiedRoute(name));

  expect(
    [...hostnamesIn(compileProxy(routes, { hash: digest, endpointsOf: () => [], before: [] }))].toSorted(),
  ).toEqual(['*.example.org', 'a.example.com']);
});

it.each(['', '{', '[]', '{"resources":1}', '{"resources":[1,{"virtual_hosts":[{"domains":[1]}]}]}'])(
  'a file that a person has broken has no hostnames: %s',
  (text) => {
    expect([...hostnamesIn({ 'routes.yaml': text })]).toEqual([]);
  },
);
