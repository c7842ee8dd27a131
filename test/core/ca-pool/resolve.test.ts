import { describe, expect, it } from '@jest/globals';
import type { CaPool } from '../../../src/core/ca-pool/pool.ts';
import { resolveCaPools } from '../../../src/core/ca-pool/resolve.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aProxiedRoute } from '../../support/proxy-rules.ts';
import { aRoute } from '../../support/routes.ts';

const POOLS: Readonly<Record<string, CaPool>> = {
  'shop/ca': { pem: 'PEM', fingerprint: 'new' },
  'shop/broken': { problem: 'ConfigMap shop/broken has no key ca.crt' },
};
const BROKEN = {
  reason: 'InvalidAnnotation',
  message: 'ca-pool of app.example.com: ConfigMap shop/broken has no key ca.crt',
};

const PLAIN = aRoute('plain.example.com');

function trusting(name: string, hostname = 'app.example.com', fingerprint?: string): Route {
  const caPool = { name, ...(fingerprint === undefined ? {} : { fingerprint }) };
  return { ...aRoute(hostname, 'shop/web', 'https://web.shop.svc:443'), caPool };
}

/** A route through the proxy to a backend with a CA pool. */
function behind(service: string, name: string, fingerprint?: string): Route {
  const caPool = { name, ...(fingerprint === undefined ? {} : { fingerprint }) };
  const backend = { service, port: 443, protocol: 'https' as const, tls: { serverName: 'web', caPool } };
  return aProxiedRoute('app.example.com', { rule: { backends: [{ weight: 1, backend }] } });
}

function never(): never {
  throw new Error('was looked up');
}

function settle(routes: readonly Route[], last: readonly Route[] = []) {
  return resolveCaPools(
    routes,
    (reference) => POOLS[reference],
    () => last,
  );
}

describe('resolveCaPools', () => {
  it('does not change a route without a pool, and reads nothing for it', () => {
    expect(resolveCaPools([PLAIN], never, never)).toEqual({ routes: [PLAIN], problems: [] });
  });

  it("adds the fingerprint of the certificates in the source's own namespace", () => {
    const { routes, problems } = settle([trusting('ca')]);

    expect(routes).toEqual([trusting('ca', 'app.example.com', 'new')]);
    expect(problems).toEqual([]);
  });

  it('holds back only the route whose certificates are missing', () => {
    const { routes, problems } = settle([PLAIN, trusting('broken'), trusting('ca', 'other.example.com')]);

    expect(routes).toEqual([PLAIN, trusting('ca', 'other.example.com', 'new')]);
    expect(problems).toEqual([BROKEN]);
  });

  it("adds the fingerprint of the certificates in a backend's own namespace, and tells of one that has none", () => {
    const { routes, problems } = settle([
      behind('shop/web', 'ca'),
      behind('shop/web', 'broken'),
      behind('blog/web', 'ca'),
    ]);

    expect(routes).toEqual([behind('shop/web', 'ca', 'new'), behind('shop/web', 'broken')]);
    expect(problems.map(({ reason }) => reason)).toEqual(['InvalidSpec', 'Progressing']);
  });

  it('keeps such a route as it was last published, path by path', () => {
    const last = { ...trusting('ca', 'app.example.com', 'old'), origin: 'https://web.shop.svc:8443' };
    const api = { ...last, path: { type: 'Prefix', value: '/api' } } as const;

    const { routes, problems } = settle([trusting('broken')], [api, last, PLAIN]);

    expect(routes).toEqual([last]);
    expect(problems).toEqual([BROKEN]);
  });

  it('waits, and keeps what was published, until the pool has been read', () => {
    const last = trusting('unread', 'app.example.com', 'old');

    expect(settle([trusting('unread')], [last])).toEqual({
      routes: [last],
      problems: [{ reason: 'Progressing', message: 'Waiting for the certificates in shop/unread to be read' }],
    });
  });
});
