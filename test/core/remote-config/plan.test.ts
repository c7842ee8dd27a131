import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { covers } from '../../../src/core/model/hostname.ts';
import type { RemoteRule } from '../../../src/core/remote-config/configuration.ts';
import { type PlanFacts, planConfiguration } from '../../../src/core/remote-config/plan.ts';

const LAST = { service: 'http_status:404' };
const WEB = { hostname: 'web.example.com', service: 'http://web.shop.svc:80' };
const WILD = { hostname: '*.example.com', service: 'http://wild.shop.svc:80' };
const ROUTER = { hostname: 'router.example.com', service: 'http://192.0.2.1:80' };
const THEIR_LAST = { service: 'http://192.0.2.2:80' };

function plan(facts: Partial<PlanFacts>) {
  const nothing = { current: {}, wanted: [], existing: [], spec: {}, named: new Set<string>() };
  return planConfiguration({ ...nothing, ...facts });
}

describe('the rules at Cloudflare', () => {
  it.each<{ name: string; facts: Partial<PlanFacts>; ingress: readonly RemoteRule[] }>([
    { name: 'are the catch-all rule alone without routes', facts: {}, ingress: [LAST] },
    {
      name: 'end with the fallback of the spec',
      facts: { spec: { fallback: 'hello_world' } },
      ingress: [{ service: 'hello_world' }],
    },
    {
      name: 'have those of others behind ours',
      facts: { wanted: [WEB], existing: [ROUTER] },
      ingress: [WEB, ROUTER, LAST],
    },
    {
      name: 'have those of others before a wildcard of ours that covers them',
      facts: { wanted: [WEB, WILD], existing: [ROUTER] },
      ingress: [WEB, ROUTER, WILD, LAST],
    },
    {
      name: 'have a rule of others for every hostname behind ours, even if it stood before',
      facts: { wanted: [WILD], existing: [{ path: '^/any', service: 'http://192.0.2.3' }, ROUTER] },
      ingress: [ROUTER, WILD, { path: '^/any', service: 'http://192.0.2.3' }, LAST],
    },
    {
      name: 'keep the catch-all rule of others along with their rules',
      facts: { current: { ingress: [ROUTER, THEIR_LAST] }, existing: [ROUTER] },
      ingress: [ROUTER, THEIR_LAST],
    },
    {
      name: 'keep the catch-all rule of an adopted tunnel that has no other rule',
      facts: { current: { ingress: [{ ...THEIR_LAST, hostname: '*' }] }, spec: { existingTunnel: { id: '1' } } },
      ingress: [{ ...THEIR_LAST, hostname: '*' }],
    },
    {
      name: 'lose the catch-all rule of others if the spec sets one',
      facts: { current: { ingress: [ROUTER, THEIR_LAST] }, existing: [ROUTER], spec: { fallback: 'hello_world' } },
      ingress: [ROUTER, { service: 'hello_world' }],
    },
    {
      name: 'lose a catch-all rule that somebody has changed',
      facts: { current: { ingress: [WEB, THEIR_LAST] }, wanted: [WEB] },
      ingress: [WEB, LAST],
    },
  ])('$name', ({ facts, ingress }) => {
    expect(plan(facts).config['ingress']).toEqual(ingress);
  });
});

// Invariant 37.
describe('a rule of others', () => {
  const facts = { current: { ingress: [ROUTER, LAST] }, existing: [ROUTER] };
  const seen = new Set(['router.example.com -> http://192.0.2.1:80']);

  it.each<{ name: string; spec: PlanFacts['spec']; named: ReadonlySet<string>; stays: boolean }>([
    { name: 'stays without existingRules', spec: {}, named: seen, stays: true },
    { name: 'stays with Keep', spec: { existingRules: 'Keep' }, named: seen, stays: true },
    {
      name: 'stays with Replace until status names it',
      spec: { existingRules: 'Replace' },
      named: new Set(),
      stays: true,
    },
    { name: 'goes with Replace once status names it', spec: { existingRules: 'Replace' }, named: seen, stays: false },
  ])('$name', ({ spec, named, stays }) => {
    const { kept, removed, isChanged } = plan({ ...facts, spec, named });

    expect({ kept, removed, isChanged }).toEqual(
      stays ? { kept: [ROUTER], removed: [], isChanged: false } : { kept: [], removed: [ROUTER], isChanged: true },
    );
  });

  it('keeps the defaults that it relies on when the spec sets others', () => {
    const current = { originRequest: { noTLSVerify: true, connectTimeout: 5 }, ingress: [ROUTER, LAST] };
    const own = { ...ROUTER, originRequest: { connectTimeout: 9 } };
    const { config } = plan({ current, existing: [ROUTER, own], spec: { originRequest: { connectTimeout: '30s' } } });

    expect(config).toEqual({
      originRequest: { connectTimeout: 30 },
      ingress: [
        { ...ROUTER, originRequest: { noTLSVerify: true, connectTimeout: 5 } },
        { ...ROUTER, originRequest: { noTLSVerify: true, connectTimeout: 9 } },
        LAST,
      ],
    });
  });

  it('keeps the defaults of the tunnel when the spec sets none', () => {
    const current = { originRequest: { noTLSVerify: true }, ingress: [ROUTER, LAST] };

    expect(plan({ current, existing: [ROUTER] })).toMatchObject({ isChanged: false, config: current });
  });
});

it('defaults that nobody uses are removed', () => {
  const current = { originRequest: { noTLSVerify: true }, ingress: [WEB, LAST] };

  expect(plan({ current, wanted: [WEB] })).toMatchObject({ isChanged: true, config: { originRequest: {} } });
});

it('unknown keys are kept', () => {
  const current = { 'warp-routing': { enabled: true }, other: [1] };

  expect(plan({ current }).config).toMatchObject(current);
});

it.each([
  { current: { ingress: [{ ...WEB, originRequest: {} }, LAST], originRequest: {} }, isChanged: false },
  { current: { ingress: [{ ...WEB, originRequest: null }, LAST] }, isChanged: false },
  { current: { ingress: [{ service: WEB.service, hostname: WEB.hostname }, LAST] }, isChanged: false },
  { current: { ingress: [{ ...WEB, originRequest: { noTLSVerify: true } }, LAST] }, isChanged: true },
  { current: { ingress: [LAST] }, isChanged: true },
  { current: { ingress: 'none' }, isChanged: true },
])('only a difference in meaning is written: $current is changed: $isChanged', ({ current, isChanged }) => {
  expect(plan({ current, wanted: [WEB] }).isChanged).toBe(isChanged);
});

describe('whatever Cloudflare has', () => {
  const HOSTNAMES = ['a.example.com', 'b.example.com', 'c.a.example.com', '*.example.com', '*.a.example.com'];
  const rules = (service: string): fc.Arbitrary<readonly RemoteRule[]> =>
    fc.subarray(HOSTNAMES).map((names) => names.map((hostname) => ({ hostname, service })));
  const facts = fc.record({
    wanted: rules('http://ours'),
    existing: rules('http://theirs'),
    spec: fc.record(
      { existingTunnel: fc.constant({ id: '1' }), originRequest: fc.constant({ connectTimeout: '4s' }) },
      { requiredKeys: [] },
    ),
    originRequest: fc.constantFrom({}, { noTLSVerify: true }, { connectTimeout: 3 }),
  });

  it('the plan for its own result changes nothing', () => {
    fc.assert(
      fc.property(facts, ({ wanted, existing, spec, originRequest }) => {
        const { config } = plan({ current: { ingress: [...existing, LAST], originRequest }, wanted, existing, spec });
        const theirs = (config['ingress'] as readonly RemoteRule[]).filter(isTheirs);

        expect(plan({ current: config, wanted, existing: theirs, spec }).isChanged).toBe(false);
      }),
    );
  });

  it('every rule is sent once, and no rule of others comes after a wildcard of ours that covers it', () => {
    fc.assert(
      fc.property(facts, ({ wanted, existing, originRequest }) => {
        const { config } = plan({ current: { ingress: [...existing, LAST], originRequest }, wanted, existing });
        const ingress = config['ingress'] as readonly RemoteRule[];

        expect(ingress.filter((rule) => !isTheirs(rule))).toEqual([...wanted, LAST]);
        expect(ingress.filter(isTheirs)).toHaveLength(existing.length);
        expect(ingress.filter((rule, index) => isTheirs(rule) && isCovered(rule, ingress.slice(0, index)))).toEqual([]);
      }),
    );
  });
});

function isTheirs({ service }: RemoteRule): boolean {
  return service === 'http://theirs';
}

/** Whether one of our wildcards is among the rules that match first. */
function isCovered({ hostname }: RemoteRule, before: readonly RemoteRule[]): boolean {
  return before.some(
    (rule) => !isTheirs(rule) && rule['hostname'] !== hostname && covers(String(rule['hostname']), String(hostname)),
  );
}
