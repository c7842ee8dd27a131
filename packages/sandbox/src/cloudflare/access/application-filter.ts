import type { AccessApplication } from '../state/access.ts';
import { namedLike } from './collection.ts';

type Test = (application: AccessApplication) => boolean;

/**
 * The filters of the list of applications. Assumption: without `exact=true`, `name` and `domain` match a part, and
 * `search` looks at both.
 */
export function applicationFilter(query: URLSearchParams): Test {
  const isExact = query.get('exact') === 'true';
  const matches = (text: string, wanted: string): boolean => (isExact ? text === wanted : namedLike(text, wanted));
  const tests = [
    test(
      query.get('aud'),
      (wanted) =>
        ({ aud }) =>
          aud === wanted,
    ),
    test(
      query.get('name'),
      (wanted) =>
        ({ name }) =>
          matches(name, wanted),
    ),
    test(
      query.get('domain'),
      (wanted) =>
        ({ domain = '' }) =>
          matches(domain, wanted),
    ),
    test(
      query.get('search'),
      (wanted) =>
        ({ name, domain = '' }) =>
          namedLike(`${name} ${domain}`, wanted),
    ),
  ].flat();
  return (application) => tests.every((passes) => passes(application));
}

function test(wanted: string | null, make: (wanted: string) => Test): Test[] {
  return wanted === null || wanted === '' ? [] : [make(wanted)];
}
