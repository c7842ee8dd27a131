import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderConfig } from '../../../src/adapters/cloudflared/config-yaml.ts';
import { type FindCertificates, caFilesFor } from '../../../src/core/ca-pool/files.ts';
import { fitRoutes, isWithinBudget } from '../../../src/core/ingress/budget.ts';
import { encodeRoutes } from '../../../src/core/published-routes/routes-json.ts';
import { compileConfig } from '../../../src/core/ingress/rule.ts';
import type { PublishedRules } from '../../../src/core/ingress/published-rules.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { anyRoutes } from '../../support/arbitraries.ts';
import { aRoute } from '../../support/routes.ts';

const SPEC = { credentialsRef: { name: 'cloudflare' } };
const MIB = 1_048_576;
/** Two files of half a MiB leave no room for a third. */
const HALF: FindCertificates = (fingerprint) => fingerprint.padEnd(480_000, 'x');

describe('a ConfigMap', () => {
  it.each([
    { case: 'as much as fits', text: 'x'.repeat(MIB), isFull: false },
    { case: 'a byte more', text: 'x'.repeat(MIB + 1), isFull: true },
    { case: 'fewer characters with more bytes', text: '\u00e9'.repeat(MIB / 2 + 1), isFull: true },
  ])('of $case is too large: $isFull', ({ text, isFull }) => {
    expect(isWithinBudget({ config: text, routes: '', caFiles: {}, hash: '' })).toBe(!isFull);
    expect(isWithinBudget({ config: '', routes: '', caFiles: { 'ca.pem': text }, hash: '' })).toBe(!isFull);
  });
});

// Invariant 24.
describe('routes that do not all fit', () => {
  it('are published in order, as many as fit into a ConfigMap', () => {
    const { fitting, unfit } = fitRoutes(longRoutes(1_500), HALF);

    expect([...fitting, ...unfit]).toEqual(longRoutes(1_500));
    expect(unfit.length).toBeGreaterThan(0);
    expect(isWithinBudget(rulesOf(fitting))).toBe(true);
    expect(isWithinBudget(rulesOf(longRoutes(fitting.length + 100)))).toBe(false);
  });

  it('keep the routes that are being removed, wherever they are in the order', () => {
    const routes = longRoutes(1_501).map((route, index) =>
      index < 1_500 ? route : { ...route, isLeaving: true as const },
    );
    const [first, second] = ['f1', 'f2'].map((fingerprint) => withPool(`${fingerprint}.example.com`, fingerprint));
    const leaving: Route = { ...withPool('old.example.com', 'f3'), isLeaving: true };

    expect(fitRoutes(routes, HALF).fitting).toContainEqual(routes.at(-1));
    expect(
      fitRoutes(
        [first, second, leaving].flatMap((route) => route ?? []),
        HALF,
      ).unfit,
    ).toEqual([second]);
  });

  it('omit those whose certificates do not fit, but no rule without certificates', () => {
    const pooled = ['f1', 'f2', 'f3'].map((fingerprint) => withPool(`${fingerprint}.example.com`, fingerprint));
    const sharing = withPool('again.example.com', 'f1');
    const plain = aRoute('plain.example.com');

    const { fitting, unfit } = fitRoutes([...pooled, sharing, plain], HALF);

    expect(unfit).toEqual(pooled.slice(2));
    expect(fitting).toEqual([...pooled.slice(0, 2), sharing, plain]);
  });

  it('are all published if everything fits', () => {
    fc.assert(fc.property(anyRoutes(), (routes) => expect(fitRoutes(routes, () => 'pem').fitting).toEqual(routes)));
  });
});

function longRoutes(count: number): readonly Route[] {
  const value = `/${'\u00e9'.repeat(180)}`;
  return Array.from({ length: count }, (_, index) => ({
    ...aRoute(`h${index}.example.com`),
    path: { type: 'Prefix', value },
    originRequest: { noTLSVerify: true, connectTimeout: '5s', httpHostHeader: 'web.internal' },
  }));
}

function withPool(hostname: string, fingerprint: string): Route {
  return { ...aRoute(hostname), caPool: { name: 'ca', fingerprint } };
}

function rulesOf(routes: readonly Route[]): PublishedRules {
  const config = renderConfig(compileConfig('tunnel-1', SPEC, routes));
  return { config, routes: encodeRoutes(routes), caFiles: caFilesFor(routes, HALF), hash: '' };
}
