import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AdmissionCase, admissionCases, problemsOf } from '../support/admission-cases.ts';
import { AdmissionWorld } from '../support/admission-world.ts';

const CASES = admissionCases();
let world: AdmissionWorld;

beforeAll(async () => {
  world = await AdmissionWorld.start();
});
afterAll(() => world.stop());

/** The API server's own code decides the same cases in tools/check-manifests. */
// Invariant 44.
describe('a Service that the policies decide about', () => {
  it.each(CASES)('$name', async (each) => {
    expect(await world.refusal(each)).toBe(each.refused);
  });
});

describe('the operator', () => {
  it.each(CASES.filter(({ refused }) => refused !== undefined))('refuses, in the same words: $name', (each) => {
    expect(problemsOf(each)).toContain(each.refused);
  });

  it.each(CASES.filter(({ refused, before }) => refused === undefined && before === undefined))(
    'has nothing against: $name',
    (each) => {
      expect(problemsOf(each).filter((message) => /does not admit|may not use/.test(message))).toEqual([]);
    },
  );
});

const NAMES = ['example.com', 'a.example.com', 'b.a.example.com', 'shop.example.org', 'a.shop.example.org', 'a.b.test'];
const name = fc.constantFrom(...NAMES);
const pattern = fc.tuple(fc.constantFrom('', '*.'), name).map((parts) => parts.join(''));
const spelling = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toUpperCase(),
  (text: string) => `${text}.`,
  (text: string) => ` ${text}\t`,
  (text: string) => text.replace('example', 'exämple'),
  (text: string) => text.replace('example', 'xn--exmple-cua'),
  (text: string) => text.replace('a.', ''),
  (text: string) => `x ${text}`,
);
const written = fc.tuple(pattern, spelling).map(([text, spell]) => spell(text));
const list = (item: fc.Arbitrary<string>, minLength = 0) =>
  fc.array(item, { minLength, maxLength: 3 }).map((items) => items.join(','));
const labels = fc.dictionary(fc.constantFrom('team', 'stage'), fc.constantFrom('shop', 'blog'));
const requirement = fc.record({
  key: fc.constantFrom('team', 'stage'),
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.array(fc.constantFrom('shop', 'blog'), { minLength: 1 }),
});
const selector = fc.record(
  { matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 2 }) },
  { requiredKeys: [] },
);
const namespaces = fc.oneof(
  fc.constantFrom({ from: 'Same' }, { from: 'All' }, undefined),
  selector.map((chosen) => ({ from: 'Selector', selector: chosen })),
);
const hostnames = fc.uniqueArray(pattern, { maxLength: 3 });
const domain = fc.option(name, { nil: undefined });

/** Requests as people write them, right and wrong. */
const anyCase = fc
  .record({
    annotations: fc.record(
      {
        hostname: list(written, 1),
        'lan-hostname': list(written, 1),
        'lan-address': fc.constant('192.0.2.1'),
        'cfargotunnel.com/fqdn': written,
        tunnel: fc.constantFrom('infra/home', 'home', ' infra/home', 'infra/other', 'a/b/c'),
        'cfargotunnel.com/tunnel': fc.constant('infra/home'),
        routes: list(written, 1).map((names) => JSON.stringify([{ hostname: names }])),
      },
      { requiredKeys: [] },
    ),
    labels,
    allowed: fc.option(list(written), { nil: undefined }),
    tunnel: fc.option(fc.record({ domain, namespaces, hostnames }), { nil: undefined }),
  })
  .map(({ tunnel, ...each }) => {
    const spec = tunnel && {
      domain: tunnel.domain,
      allowedRoutes: { namespaces: tunnel.namespaces, hostnames: tunnel.hostnames },
    };
    return JSON.parse(JSON.stringify({ name: 'any', ...each, tunnel: spec })) as AdmissionCase;
  });

describe('whatever a Service asks for', () => {
  it('is never refused by a policy and accepted by the operator', async () => {
    const property = fc.asyncProperty(anyCase, async (each) => {
      const refusal = await world.refusal(each);

      const problems = problemsOf(each);
      fc.pre(refusal !== undefined);
      expect(problems).not.toEqual([]);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('is refused by a policy if the operator does not admit it, unless it takes the operator to decide', async () => {
    const property = fc.asyncProperty(anyCase.filter(isDecidable), async (each) => {
      const problems = problemsOf(each);
      fc.pre(problems.length > 0 && problems.every((message) => NOT_ADMITTED.test(message)));

      expect(await world.refusal(each)).toBeDefined();
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

const NOT_ADMITTED = /^(Tunnel \S+ does not admit|Namespace shop may not use)/;

/** Plain hostnames in annotations. One that a Tunnel derives is held against the Tunnel alone. */
function isDecidable({ annotations = {}, allowed }: AdmissionCase): boolean {
  const lanHostname = annotations['lan-hostname'];
  const hostname = annotations['hostname'] ?? annotations['cfargotunnel.com/fqdn'] ?? lanHostname;
  if (annotations['routes'] !== undefined || (hostname === undefined && allowed !== undefined)) return false;
  return /^[!-~\s]*$/.test(`${hostname}${lanHostname}${allowed}`);
}
