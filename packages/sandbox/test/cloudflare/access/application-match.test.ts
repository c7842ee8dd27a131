import { describe, expect, it } from '@jest/globals';
import { applicationFor, normalPath } from '../../../src/cloudflare/access/gate/application-match.ts';
import type { AccessApplication } from '../../../src/cloudflare/state/access.ts';

function anApplication(...uris: string[]): AccessApplication {
  return {
    id: uris.join(' '),
    accountId: '',
    aud: '',
    type: 'self_hosted',
    name: '',
    domain: uris[0],
    uris,
    sessionDuration: '24h',
    policies: [],
    settings: {},
    createdAt: '',
    updatedAt: '',
  };
}

function found(uris: readonly string[], url: string): string | undefined {
  const slash = url.indexOf('/');
  const [host, path] = slash === -1 ? [url, '/'] : [url.slice(0, slash), url.slice(slash)];
  return applicationFor(
    uris.map((uri) => anApplication(uri)),
    host,
    path,
  )?.id;
}

describe('an application', () => {
  it.each([
    ['example.com', ['example.com', 'EXAMPLE.com/alpha', 'example.com/?a=b'], ['alpha.example.com']],
    ['example.com/*', ['example.com', 'example.com/alpha'], ['alpha.example.com']],
    ['*.example.com', ['alpha.example.com', 'alpha.example.com/x'], ['example.com', 'foo.bar.example.com']],
    ['*test.example.com', ['test.example.com', 'alphatest.example.com'], ['beta.test.example.com']],
    ['test*.example.com', ['test.example.com', 'test-1.example.com'], ['atest.example.com']],
    [
      'example.com/alpha',
      ['example.com/alpha', 'example.com/alpha/', 'example.com/alpha/one'],
      ['example.com/alphabet'],
    ],
    [
      'example.com/alpha/*',
      ['example.com/alpha/one', 'example.com/alpha/one/two'],
      ['example.com/alpha', 'example.com'],
    ],
    [
      'example.com/foo*/bar',
      ['example.com/foo/bar', 'example.com/food/bar', 'example.com/food/stuff/bar', 'example.com/foo/bar/x'],
      ['example.com/foo', 'example.com/foo/barn'],
    ],
    ['example.com/a.b', ['example.com/a.b'], ['example.com/axb']],
  ])('of %s covers %j, but not %j', (uri, covered, others) => {
    expect(covered.map((url) => found([uri], url))).toEqual(covered.map(() => uri));
    expect(others.map((url) => found([uri], url))).toEqual(others.map(() => undefined));
  });

  it.each([
    { url: 'app.example.com/eng/exec/x', is: 'app.example.com/eng/exec' },
    { url: 'app.example.com/eng/x', is: 'app.example.com/eng' },
    { url: 'app.example.com/', is: 'app.example.com' },
    { url: 'shop.example.com/eng', is: '*.example.com/eng' },
    { url: 'shop.example.com/', is: '*.example.com' },
  ])('that protects $url is the most specific one: $is', ({ url, is }) => {
    const uris = [
      '*.example.com',
      'app.example.com',
      'app.example.com/eng',
      '*.example.com/eng',
      'app.example.com/eng/exec',
    ];

    expect(found(uris, url)).toBe(is);
    expect(found(uris.toReversed(), url)).toBe(is);
  });

  it('can have several destinations', () => {
    const application = anApplication('a.example.com', 'b.example.com/x');

    expect(applicationFor([application], 'b.example.com', '/x')).toBe(application);
    expect(applicationFor([application], 'b.example.com', '/')).toBeUndefined();
  });
});

describe('a path', () => {
  it.each([
    ['/admin?x=/other', '/admin'],
    ['/a/../admin', '/admin'],
    ['/a/%2e%2e/admin', '/admin'],
    ['/%61dmin', '/admin'],
    ['//admin', '/admin'],
    ['/a//..//admin', '/admin'],
    [String.raw`/a\b`, '/a/b'],
    ['/a%2Fb', '/a%2Fb'],
    ['*', '/'],
  ])('%s is compared as %s', (path, normal) => {
    expect(normalPath(path)).toBe(normal);
  });
});
