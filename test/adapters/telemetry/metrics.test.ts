import { getHeapStatistics } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { createMetrics, endpointOf } from '../../../src/adapters/telemetry/metrics.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';

const failure = (reason: 'RateLimited' | 'SecretNotFound'): OperatorError => new OperatorError(reason, 'retry', 'no');

const NOTHING = { queueDepths: () => new Map(), callsLeft: () => new Map(), tunnels: () => [], orphans: () => 0 };

/** The samples of our own metrics: `name{labels} value`. */
const NO_FIGURES = {
  routes: { attached: 0, refused: 0 },
  records: { live: 0, refused: 0, pending: 0 },
  connectors: { expected: 0, ready: 0, foreign: 0 },
};

async function samplesOf(metrics: ReturnType<typeof createMetrics>): Promise<readonly string[]> {
  const { body } = await metrics.render();
  return body.split('\n').filter((line) => line.startsWith('cftunnel_'));
}

describe('the metrics', () => {
  it('are in the Prometheus text format, each with its documented name', async () => {
    const { contentType, body } = await createMetrics(NOTHING).render();

    expect(contentType).toContain('text/plain');
    const names = [...body.matchAll(/^# TYPE (cftunnel_\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    expect(names.toSorted()).toEqual([
      'cftunnel_cloudflare_calls_left gauge',
      'cftunnel_cloudflare_request_duration_seconds histogram',
      'cftunnel_cloudflare_requests_total counter',
      'cftunnel_connectors gauge',
      'cftunnel_drift_repaired_total counter',
      'cftunnel_heap_limit_bytes gauge',
      'cftunnel_leader gauge',
      'cftunnel_orphans gauge',
      'cftunnel_queue_depth gauge',
      'cftunnel_reconcile_duration_seconds histogram',
      'cftunnel_reconcile_total counter',
      'cftunnel_records gauge',
      'cftunnel_routes gauge',
      'cftunnel_token_age_seconds gauge',
    ]);
  });

  it('include those of the process', async () => {
    const { body } = await createMetrics(NOTHING).render();

    expect(body).toMatch(/^process_resident_memory_bytes \d+/m);
  });

  it('count passes by controller and by the reason of the first failure', async () => {
    const metrics = createMetrics(NOTHING);

    const home = { controller: 'tunnel', key: 'default/home', seconds: 0.2 };
    metrics.ended({ ...home, failures: [] });
    metrics.ended({ ...home, failures: [failure('RateLimited'), failure('SecretNotFound')] });
    metrics.ended({ controller: 'service', key: 'default/web', seconds: 3, failures: [] });

    const samples = await samplesOf(metrics);
    expect(samples).toEqual(
      expect.arrayContaining([
        'cftunnel_reconcile_total{controller="tunnel",reason=""} 1',
        'cftunnel_reconcile_total{controller="tunnel",reason="RateLimited"} 1',
        'cftunnel_reconcile_total{controller="service",reason=""} 1',
        'cftunnel_reconcile_duration_seconds_count{controller="tunnel"} 2',
        'cftunnel_reconcile_duration_seconds_sum{controller="service"} 3',
        'cftunnel_reconcile_duration_seconds_bucket{le="0.1",controller="tunnel"} 0',
        'cftunnel_reconcile_duration_seconds_bucket{le="0.5",controller="tunnel"} 2',
      ]),
    );
  });

  it('count calls of Cloudflare by endpoint and status', async () => {
    const metrics = createMetrics(NOTHING);
    const path = `/client/v4/zones/${'a'.repeat(32)}/dns_records`;

    metrics.cloudflareCalled({ method: 'GET', path, status: 200, seconds: 0.2 });
    metrics.cloudflareCalled({ method: 'GET', path, status: 0, seconds: 30 });

    expect(await samplesOf(metrics)).toEqual(
      expect.arrayContaining([
        'cftunnel_cloudflare_requests_total{endpoint="GET /zones/:id/dns_records",status="200"} 1',
        'cftunnel_cloudflare_requests_total{endpoint="GET /zones/:id/dns_records",status="0"} 1',
        'cftunnel_cloudflare_request_duration_seconds_count{endpoint="GET /zones/:id/dns_records"} 2',
      ]),
    );
  });

  it('read the depth of the queues at every scrape', async () => {
    const depths = new Map([['tunnel', 3]]);
    const metrics = createMetrics({ ...NOTHING, queueDepths: () => depths });
    expect(await samplesOf(metrics)).toContain('cftunnel_queue_depth{controller="tunnel"} 3');

    depths.set('tunnel', 0);

    expect(await samplesOf(metrics)).toContain('cftunnel_queue_depth{controller="tunnel"} 0');
  });

  it('show how many calls each token has left, until the token is replaced', async () => {
    const left = new Map([['0123abcd', 997]]);
    const metrics = createMetrics({ ...NOTHING, callsLeft: () => left });
    expect(await samplesOf(metrics)).toContain('cftunnel_cloudflare_calls_left{token="0123abcd"} 997');

    left.clear();

    expect((await samplesOf(metrics)).join()).not.toContain('0123abcd');
  });

  it('show the number of leftovers', async () => {
    const metrics = createMetrics({ ...NOTHING, orphans: (kind) => (kind === 'tunnel' ? 1 : 2) });

    expect(await samplesOf(metrics)).toEqual(
      expect.arrayContaining(['cftunnel_orphans{kind="tunnel"} 1', 'cftunnel_orphans{kind="record"} 2']),
    );
  });

  it('show the state of each Tunnel, as long as it exists', async () => {
    const home = {
      tunnel: 'default/home',
      routes: { attached: 3, refused: 1 },
      records: { live: 2, refused: 0, pending: 1 },
      connectors: { expected: 2, ready: 1, foreign: 3 },
      tokenSince: undefined,
    };
    let tunnels = [home];
    const metrics = createMetrics({ ...NOTHING, tunnels: () => tunnels });

    expect(await samplesOf(metrics)).toEqual(
      expect.arrayContaining([
        'cftunnel_routes{tunnel="default/home",state="attached"} 3',
        'cftunnel_routes{tunnel="default/home",state="refused"} 1',
        'cftunnel_records{tunnel="default/home",state="live"} 2',
        'cftunnel_records{tunnel="default/home",state="pending"} 1',
        'cftunnel_connectors{tunnel="default/home",state="expected"} 2',
        'cftunnel_connectors{tunnel="default/home",state="ready"} 1',
        'cftunnel_connectors{tunnel="default/home",state="foreign"} 3',
      ]),
    );
    tunnels = [];
    expect((await samplesOf(metrics)).join()).not.toContain('default/home');
  });

  it('show the age of each token, of the Tunnels that have one', async () => {
    const figures = { ...NO_FIGURES, tunnel: 'default/home', tokenSince: new Date(Date.now() - 90_000).toISOString() };
    const tunnels = () => [figures, { ...NO_FIGURES, tunnel: 'default/new', tokenSince: undefined }];

    const samples = (await samplesOf(createMetrics({ ...NOTHING, tunnels }))).join('\n');

    expect(samples).toMatch(/^cftunnel_token_age_seconds\{tunnel="default\/home"\} 9\d(\.\d+)?$/m);
    expect(samples).not.toContain('cftunnel_token_age_seconds{tunnel="default/new"}');
  });

  it('count repairs', async () => {
    const metrics = createMetrics(NOTHING);

    metrics.driftRepaired('record');
    metrics.driftRepaired('record');

    expect(await samplesOf(metrics)).toContain('cftunnel_drift_repaired_total{kind="record"} 2');
  });

  it('show the limit of the heap', async () => {
    const limit = getHeapStatistics().heap_size_limit;

    expect(await samplesOf(createMetrics(NOTHING))).toContain(`cftunnel_heap_limit_bytes ${limit}`);
  });

  it('show whether this process leads', async () => {
    const metrics = createMetrics(NOTHING);
    expect(await samplesOf(metrics)).toContain('cftunnel_leader 0');

    metrics.leading(true);
    expect(await samplesOf(metrics)).toContain('cftunnel_leader 1');
    metrics.leading(false);

    expect(await samplesOf(metrics)).toContain('cftunnel_leader 0');
  });
});

describe('endpointOf', () => {
  const HEX = '0123456789abcdef0123456789abcdef';
  const UUID = '01234567-89ab-4cde-8f01-23456789abcd';

  it.each([
    { path: '/client/v4/zones', endpoint: 'GET /zones' },
    { path: '/zones', endpoint: 'GET /zones' },
    { path: `/client/v4/zones/${HEX}/dns_records/batch`, endpoint: 'GET /zones/:id/dns_records/batch' },
    { path: `/client/v4/zones/${HEX}/dns_records/${HEX}`, endpoint: 'GET /zones/:id/dns_records/:id' },
    { path: `/client/v4/accounts/${HEX}/cfd_tunnel/${UUID}/token`, endpoint: 'GET /accounts/:id/cfd_tunnel/:id/token' },
    { path: '/client/v4/user/tokens/verify', endpoint: 'GET /user/tokens/verify' },
  ])('of $path is $endpoint', ({ path, endpoint }) => {
    expect(endpointOf('GET', path)).toBe(endpoint);
  });
});
