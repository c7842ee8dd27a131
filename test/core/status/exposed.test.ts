import { describe, expect, it } from '@jest/globals';
import { type PathMatch, type Problem, type Warning, type Route, claimOf } from '../../../src/core/model/route.ts';
import type { RouteResult } from '../../../src/core/routing/table.ts';
import type { Report } from '../../../src/core/status/conditions.ts';
import { type TunnelObservation, describeExposed, warningsOn } from '../../../src/core/status/exposed.ts';
import { aHostname, aRoute, aRouteResult } from '../../support/routes.ts';

const TYPO: Problem = { reason: 'InvalidAnnotation', message: 'a typo' };
const RECORD: Problem = { reason: 'RecordConflict', message: 'a record' };

const ONE = aRouteResult('shop/web', { tunnel: 'shop/home', hostnames: ['a.example.com'] });
const TWO = aRouteResult('shop/web', { tunnel: 'shop/home', hostnames: ['a.example.com', 'b.example.com'] });
const LIVE = observation({ live: ['a.example.com'] });

interface Case {
  readonly case: string;
  readonly result?: RouteResult;
  readonly known: TunnelObservation | undefined;
  readonly says: Partial<Report>;
}

describe('a Service whose hostnames are live', () => {
  const result = aRouteResult('shop/web', { hostnames: ['a.example.com', '*.example.com'] });
  const live = ['a.example.com', '*.example.com'];

  it('is Exposed, with its URLs, even if the Tunnel has a problem', () => {
    const exposed = { status: 'True', reason: 'Exposed', message: 'https://a.example.com, https://*.example.com' };

    expect(report(result, observation({ live }))).toEqual(exposed);
    expect(report(result, observation({ live, blocked: 'no token' }))).toEqual(exposed);
  });
});

describe('a Service that waits', () => {
  it.each([
    { case: 'before its Tunnel has been observed', known: undefined, names: 'a.example.com, b.example.com' },
    { case: 'while nothing is live', known: observation({}), names: 'a.example.com, b.example.com' },
    {
      case: 'while a part was served before',
      known: observation({ served: ['a.example.com'] }),
      names: 'b.example.com',
    },
  ])('is Progressing $case', ({ known, names }) => {
    const message = `Waiting for ${names} to be served`;

    expect(report(TWO, known)).toEqual({ status: 'Unknown', reason: 'Progressing', message });
  });

  it('is Progressing, not refused, while its certificates are being read', () => {
    const waiting: Problem = { reason: 'Progressing', message: 'Waiting for the certificates to be read' };

    expect(report({ ...TWO, problems: [waiting] }, LIVE)).toEqual({
      status: 'Unknown',
      reason: 'Progressing',
      message: 'Waiting for the certificates to be read (still served: https://a.example.com)',
      eventMessage: 'Waiting for the certificates to be read',
    });
  });

  it('reports that it waits for a Tunnel that needs a user', () => {
    const message = 'Tunnel shop/home is not ready: no token';

    expect(report(TWO, observation({ blocked: 'no token' }))).toEqual({
      status: 'False',
      reason: 'TunnelNotReady',
      message,
    });
  });
});

describe('a Service with a problem', () => {
  const typo = { ...ONE, problems: [TYPO] };
  const refused = { 'a.example.com': RECORD };

  it.each<Case>([
    {
      case: 'the first one',
      result: aRouteResult('shop/web', { problems: [TYPO, { reason: 'PortNotFound', message: 'a port' }] }),
      known: undefined,
      says: { status: 'False', reason: 'InvalidAnnotation', message: 'a typo', eventMessage: 'a typo' },
    },
    {
      case: 'what is still served',
      result: { ...TWO, problems: [TYPO] },
      known: LIVE,
      says: { message: 'a typo (still served: https://a.example.com)' },
    },
    {
      case: 'nothing as served that is answered with an error',
      result: {
        ...aRouteResult('shop/web', { problems: [TYPO] }),
        routes: [aRoute('a.example.com', 'shop/web', 'http_status:500')],
      },
      known: LIVE,
      says: { message: 'a typo' },
    },
    {
      case: 'a refused record, and what is still served',
      result: TWO,
      known: observation({ live: ['a.example.com'], refused: { 'b.example.com': RECORD } }),
      says: {
        status: 'False',
        reason: 'RecordConflict',
        message: 'a record (still served: https://a.example.com)',
        eventMessage: 'a record',
      },
    },
    {
      case: 'its own problem first',
      result: typo,
      known: observation({ refused }),
      says: { reason: 'InvalidAnnotation' },
    },
    {
      case: 'its record before its Tunnel',
      known: observation({ blocked: 'no token', refused }),
      says: { reason: 'RecordConflict' },
    },
    {
      case: 'no refusals of others',
      known: observation({ live: ['a.example.com'], refused: { 'b.example.com': RECORD } }),
      says: { reason: 'Exposed' },
    },
  ])('reports $case', ({ result = ONE, known, says }) => {
    expect(report(result, known)).toMatchObject(says);
  });

  it('reports its own path that is not published, but not that of another Service at the hostname', () => {
    const refusedRules = { 'a.example.com/api': TYPO };
    const known = observation({ live: ['a.example.com'], source: 'shop/shop', refusedRules });
    const api = { ...aRouteResult('shop/web'), routes: [at({ type: 'Prefix', value: '/api' })] };

    expect(report(api, known)).toMatchObject({ status: 'False', reason: 'InvalidAnnotation', message: 'a typo' });
    expect(report(aRouteResult('shop/shop', { hostnames: ['a.example.com'] }), known).reason).toBe('Exposed');
  });
});

const EXPOSED: Report = { status: 'True', reason: 'Exposed', message: 'https://a.example.com' };

describe('a Service that was exposed', () => {
  it.each([
    { case: 'before its Tunnel has been observed', known: undefined },
    { case: 'while the records cannot be read', known: observation({ isComplete: false }) },
    {
      case: 'while a problem of the Tunnel prevents the observation',
      known: observation({ isComplete: false, blocked: 'no token' }),
    },
  ])('stays exposed $case', ({ known }) => {
    expect(told(ONE, known, EXPOSED)).toEqual(EXPOSED);
  });

  it.each([
    { case: 'once everything was observed', known: observation({}), message: EXPOSED.message },
    { case: 'with other hostnames than before', known: undefined, message: 'https://b.example.com' },
    {
      case: 'with one more hostname that could not be observed',
      known: observation({ served: ['a.example.com'], isComplete: false }),
      message: 'https://a.example.com',
      hostnames: ['a.example.com', 'b.example.com'],
    },
  ])('is Progressing $case', ({ known, message, hostnames = ['a.example.com'] }) => {
    const requested = aRouteResult('shop/web', { tunnel: 'shop/home', hostnames });

    expect(told(requested, known, { ...EXPOSED, message }).reason).toBe('Progressing');
  });
});

describe('a Service whose URLs read like a list', () => {
  const pattern = at({ type: 'Regex', value: '^/v[0-9]; /w, /x' });
  const result: RouteResult = { ...aRouteResult('shop/web'), tunnel: 'shop/home', routes: [pattern] };
  const live = [claimOf(pattern)];
  const first = report(result, observation({ live }));

  it.each([
    { case: 'connectors are replaced', known: observation({ live, isServed: false }) },
    { case: 'the Tunnel cannot be observed', known: observation({ isComplete: false }) },
  ])('stays Exposed while $case', ({ known }) => {
    expect(told(result, known, first)).toEqual(first);
  });

  it('keeps the rest of the message', () => {
    const warned = { ...first, message: `${first.message}; a warning; of two parts` };

    expect(told(result, undefined, warned)).toEqual(warned);
  });
});

describe('a Service that gets another path of a hostname', () => {
  const root = aRoute('a.example.com');
  const api: Route = { ...root, path: { type: 'Prefix', value: '/api' } };
  const result: RouteResult = { ...aRouteResult('shop/web'), tunnel: 'shop/home', routes: [root, api] };
  const both = ['a.example.com', 'a.example.com/api'];

  it('waits until its rule is published, even if the hostname is live', () => {
    expect(told(result, observation({ live: ['a.example.com'], served: ['a.example.com'] }), EXPOSED)).toEqual({
      status: 'Unknown',
      reason: 'Progressing',
      message: 'Waiting for a.example.com/api to be served',
    });
  });

  it('waits until every connector serves it, even if the record exists', () => {
    expect(told(result, observation({ live: both, isServed: false }), EXPOSED)).toEqual({
      status: 'Unknown',
      reason: 'Progressing',
      message: 'Waiting for a.example.com, a.example.com/api to be served',
    });
  });

  it('then lists it in the URLs', () => {
    expect(told(result, observation({ live: both }), EXPOSED)).toEqual({
      ...EXPOSED,
      message: 'https://a.example.com, https://a.example.com/api',
    });
  });

  it('stays Exposed while connectors are replaced, also with one path fewer', () => {
    const more = { ...EXPOSED, message: 'https://a.example.com, https://a.example.com/api; a warning' };
    const less = { ...result, routes: [api] };

    expect(told(less, observation({ live: both, served: both, isServed: false }), more)).toEqual({
      ...EXPOSED,
      message: 'https://a.example.com/api',
    });
  });

  it('stays Exposed with one path fewer while the Tunnel cannot be observed', () => {
    const less = { ...result, routes: [api] };
    const more = { ...EXPOSED, message: 'https://a.example.com, https://a.example.com/api; too deep' };
    const deep: Warning = { reason: 'CertificateMissing', message: 'too deep' };
    const known = observation({ served: both, isComplete: false, warnings: { 'a.example.com': deep } });

    expect(told(less, known, more)).toEqual({ ...EXPOSED, message: 'https://a.example.com/api; too deep' });
  });

  it('waits if the condition is about other routes', () => {
    const other = { ...EXPOSED, status: 'False' as const, reason: 'InvalidAnnotation', message: 'a typo' };

    expect(told(result, observation({ served: both, isComplete: false }), other).reason).toBe('Progressing');
  });
});

describe('a Service that takes over from another', () => {
  it('waits until its own rule is served, even if the same claim was served before', () => {
    const heir = aRouteResult('shop/heir', { tunnel: 'shop/home', hostnames: ['a.example.com'] });

    expect(report(heir, observation({ live: ['a.example.com'], source: 'shop/web' })).reason).toBe('Progressing');
    expect(report(heir, observation({ live: ['a.example.com'], source: 'shop/heir' })).reason).toBe('Exposed');
  });
});

describe('a Service whose Tunnel has no connected connector', () => {
  const unconnected = 'spec.replicas is 0';

  it.each([
    { case: 'it was exposed', known: observation({ live: ['a.example.com'], unconnected }), current: EXPOSED },
    { case: 'it was never served', known: observation({ unconnected }), current: undefined },
    {
      case: 'the Tunnel has another problem',
      known: observation({ unconnected, blocked: 'no token' }),
      current: EXPOSED,
    },
  ])('is not exposed, even if $case', ({ known, current }) => {
    expect(told(ONE, known, current)).toEqual({
      status: 'False',
      reason: 'NoConnectors',
      message: 'Tunnel shop/home is not ready: spec.replicas is 0',
    });
  });

  it('reports its own mistake first, and no URLs that are still served', () => {
    const mistaken = { ...ONE, problems: [TYPO] };

    expect(report(mistaken, observation({ live: ['a.example.com'], unconnected }))).toMatchObject({
      reason: 'InvalidAnnotation',
      message: 'a typo',
    });
  });

  it.each<{ case: string; known: ObservationTraits; reason: string }>([
    { case: 'no connector is connected', known: { served: ['a.example.com'] }, reason: 'Progressing' },
    { case: 'one is', known: { served: ['a.example.com'], isConnected: true }, reason: 'Exposed' },
    { case: 'it was never served', known: { isConnected: true }, reason: 'Progressing' },
  ])('is $reason, if $case, when connectors start', ({ known, reason }) => {
    const current: Report = { status: 'False', reason: 'NoConnectors', message: 'not ready' };

    for (const traits of [{ isComplete: false }, { live: ['a.example.com'] }])
      expect(told(ONE, observation({ isServed: false, ...traits, ...known }), current).reason).toBe(reason);
  });
});

// Invariant 32.
describe('a Service without a ready pod', () => {
  const unanswered = describeExposed(ONE, LIVE, { current: undefined, unanswered: ['shop/web'] });

  it('is not exposed even if everything else is live, and says what visitors get', () => {
    expect(unanswered).toEqual({
      status: 'False',
      reason: 'NoReadyEndpoints',
      message:
        'https://a.example.com: visitors get HTTP 502, because Service shop/web has no ready pod. See: kubectl -n shop get endpointslices -l kubernetes.io/service-name=web',
    });
  });

  it.each([
    { case: 'connectors are replaced', known: { ...LIVE, isServed: false } },
    { case: 'the Tunnel cannot be observed', known: observation({ isComplete: false }) },
    { case: 'the Tunnel has not been observed yet', known: undefined },
  ])('keeps its message while $case', ({ known }) => {
    expect(describeExposed(ONE, known, { current: unanswered, unanswered: ['shop/web'] })).toEqual(unanswered);
  });

  it('is exposed once it has one, also while connectors are replaced', () => {
    const known = { ...LIVE, isServed: false };

    expect(told(ONE, known, unanswered)).toEqual(EXPOSED);
  });

  it.each([
    {
      case: 'a problem of its own',
      changed: { ...ONE, problems: [TYPO] },
      known: LIVE,
      reason: 'InvalidAnnotation',
    },
    { case: 'rules that are not served yet', changed: ONE, known: observation({}), reason: 'Progressing' },
  ])('reports $case first', ({ changed, known, reason }) => {
    expect(describeExposed(changed, known, { current: undefined, unanswered: ['shop/web'] }).reason).toBe(reason);
  });
});

describe('the URLs', () => {
  it.each<{ case: string; route: Route; url: string }>([
    { case: 'an exact path', route: at({ type: 'Exact', value: '/x' }), url: 'https://a.example.com/x' },
    {
      case: 'a pattern',
      route: at({ type: 'Regex', value: '^/v[0-9]+' }),
      url: 'https://a.example.com (paths like ^/v[0-9]+)',
    },
    {
      case: 'HTTPS',
      route: aRoute('a.example.com', 'shop/web', 'https://web.shop.svc:443'),
      url: 'https://a.example.com',
    },
    { case: 'SSH', route: aRoute('a.example.com', 'shop/web', 'ssh://web.shop.svc:22'), url: 'ssh://a.example.com' },
  ])('show $case', ({ route, url }) => {
    const result = { ...aRouteResult('shop/web'), routes: [route] };

    expect(report(result, observation({ live: [claimOf(route)] })).message).toBe(url);
  });

  it('are truncated if there are many', () => {
    const hostnames = Array.from({ length: 25 }, (_, index) => `h${index}.example.com`);
    const result = aRouteResult('shop/web', { hostnames });

    expect(report(result, observation({ live: hostnames })).message).toMatch(
      /^https:\/\/h0\..*h19\.example\.com and 5 more$/,
    );
  });
});

describe('the warnings of a Service', () => {
  const alias: Warning = { reason: 'AliasRead', message: 'an alias' };
  const deep: Warning = { reason: 'CertificateMissing', message: 'too deep' };
  const result = aRouteResult('shop/web', { hostnames: ['a.example.com'], warnings: [alias, alias] });
  const known = observation({ live: ['a.example.com'], warnings: { 'a.example.com': deep, 'b.example.com': alias } });

  it('follow the URLs, without duplicates', () => {
    expect(report(result, known).message).toBe('https://a.example.com; an alias; too deep');
    expect(warningsOn(result, known)).toEqual([alias, deep]);
  });

  it('are kept while the Tunnel cannot be observed', () => {
    const said: Report = { status: 'True', reason: 'Exposed', message: 'https://a.example.com; an alias; too deep' };

    expect(told(result, undefined, said)).toEqual(said);
  });

  it('do not make it wait again', () => {
    expect(told(result, { ...known, isServed: false }, EXPOSED).reason).toBe('Exposed');
  });
});

function at(path: PathMatch): Route {
  return { ...aRoute('a.example.com'), path };
}

interface ObservationTraits {
  readonly live?: readonly string[];
  /** The Service whose routes are live. */
  readonly source?: string;
  readonly refused?: Readonly<Record<string, Problem>>;
  readonly refusedRules?: Readonly<Record<string, Problem>>;
  readonly blocked?: string;
  readonly unconnected?: string;
  readonly isConnected?: boolean;
  readonly isServed?: boolean;
  readonly served?: readonly string[];
  readonly warnings?: Readonly<Record<string, Warning>>;
  readonly isComplete?: boolean;
}

function observation(traits: ObservationTraits): TunnelObservation {
  const {
    live = [],
    source = 'shop/web',
    isConnected = false,
    isServed = true,
    served = [],
    refused = {},
    warnings = {},
    blocked,
    unconnected,
    isComplete = true,
  } = traits;
  const { refusedRules = {} } = traits;
  return {
    isConnected,
    isServed,
    warnings: new Map(Object.entries(warnings).map(([name, warning]) => [aHostname(name), [warning]])),
    live: new Map(live.map((claim) => [claim, source])),
    served: new Map(served.map((claim) => [claim, source])),
    recorded: new Set(),
    refusedRules: new Map(Object.entries(refusedRules)),
    refused: new Map(Object.entries(refused).map(([name, problem]) => [aHostname(name), problem])),
    blocked,
    unconnected,
    isComplete,
  };
}

/** The report on a Service without a condition. */
function report(result: RouteResult, known: TunnelObservation | undefined): Report {
  return told(result, known, undefined);
}

function told(result: RouteResult, known: TunnelObservation | undefined, current: Report | undefined): Report {
  return describeExposed(result, known, { current, unanswered: [] });
}
