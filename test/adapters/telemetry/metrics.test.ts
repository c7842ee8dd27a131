import { getHeapStatistics } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { type Sources, createMetrics, endpointOf } from '../../../src/adapters/telemetry/metrics.ts';
import type { TunnelFigures } from '../../../src/core/status/figures.ts';
import { aHostname } from '../../support/routes.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';

const failure = (reason: 'RateLimited' | 'SecretNotFound'): OperatorError => new OperatorError(reason, 'retry', 'no');

const NOTHING: Sources = {
  version: '1.2.3',
  hostnames: 500,
  queueDepths: () => new Map(),
  callsLeft: () => new Map(),
  tunnels: () => [],
  access: () => [],
  exposed: () => [],
  orphans: () => 0,
};

function figuresOf(tunnel: string, figures: Partial<TunnelFigures> = {}): TunnelFigures {
  return {
    tunnel,
    routes: { attached: 0, refused: 0 },
    records: { live: 0, refused: 0, pending: 0 },
    hostnames: [],
    connectors: { expected: 0, ready: 0, foreign: 0 },
    conditions: [],
    succeededAt: undefined,
    configVersion: undefined,
    tokenSince: undefined,
    rotationAt: undefined,
    ...figures,
  };
}

const showing = (figures: readonly TunnelFigures[], hostnames = 500): ReturnType<typeof createMetrics> =>
  createMetrics({ ...NOTHING, hostnames, tunnels: () => figures });

/** The samples of our own metrics: `name{labels} value`. */
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
      'cftunnel_access_condition gauge',
      'cftunnel_access_service_token_expiry_timestamp_seconds gauge',
      'cftunnel_build_info gauge',
      'cftunnel_cloudflare_calls_left gauge',
      'cftunnel_cloudflare_request_duration_seconds histogram',
      'cftunnel_cloudflare_requests_total counter',
      'cftunnel_connectors gauge',
      'cftunnel_drift_repaired_total counter',
      'cftunnel_heap_limit_bytes gauge',
      'cftunnel_hostname_state gauge',
      'cftunnel_hostnames_left_out gauge',
      'cftunnel_leader gauge',
      'cftunnel_orphans gauge',
      'cftunnel_queue_depth gauge',
      'cftunnel_reconcile_duration_seconds histogram',
      'cftunnel_reconcile_total counter',
      'cftunnel_records gauge',
      'cftunnel_routes gauge',
      'cftunnel_sources gauge',
      'cftunnel_time_to_serve_seconds histogram',
      'cftunnel_token_age_seconds gauge',
      'cftunnel_token_rotation_due_timestamp_seconds gauge',
      'cftunnel_tunnel_condition gauge',
      'cftunnel_tunnel_config_version gauge',
      'cftunnel_tunnel_last_success_timestamp_seconds gauge',
    ]);
  });

  it('are described as they are exposed, for the docs', async () => {
    const metrics = createMetrics(NOTHING);
    const { body } = await metrics.render();

    const described = metrics.describe();

    expect(described.map(({ name, type }) => `# TYPE ${name} ${type}`)).toEqual(
      body.match(/^# TYPE cftunnel_\S+ \S+$/gm)?.toSorted(),
    );
    expect(described).toContainEqual({
      name: 'cftunnel_leader',
      type: 'gauge',
      labelNames: [],
      help: '1 while this process leads',
    });
  });

  it('include the release', async () => {
    expect(await samplesOf(createMetrics(NOTHING))).toContain('cftunnel_build_info{version="1.2.3"} 1');
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
    const home = figuresOf('default/home', {
      routes: { attached: 3, refused: 1 },
      records: { live: 2, refused: 0, pending: 1 },
      connectors: { expected: 2, ready: 1, foreign: 3 },
      conditions: [{ type: 'Ready', status: 'False', reason: 'SecretNotFound' }],
      configVersion: 7,
      rotationAt: '2026-02-01T00:00:00Z',
    });
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
        'cftunnel_tunnel_condition{tunnel="default/home",type="Ready",status="False",reason="SecretNotFound"} 1',
        'cftunnel_tunnel_config_version{tunnel="default/home"} 7',
        'cftunnel_token_rotation_due_timestamp_seconds{tunnel="default/home"} 1769904000',
      ]),
    );
    tunnels = [];
    expect((await samplesOf(metrics)).join()).not.toContain('default/home');
  });

  it('leave out what a Tunnel does not have', async () => {
    const samples = (await samplesOf(showing([figuresOf('default/new')]))).join('\n');

    expect(samples).not.toMatch(/cftunnel_(token_\w+|tunnel_config_version)\{tunnel="default\/new"/);
  });

  it('show the age of each token', async () => {
    const tokenSince = new Date(Date.now() - 90_000).toISOString();

    const samples = (await samplesOf(showing([figuresOf('default/home', { tokenSince })]))).join('\n');

    expect(samples).toMatch(/^cftunnel_token_age_seconds\{tunnel="default\/home"\} 9\d(\.\d+)?$/m);
  });

  it('show when a pass over a Tunnel last succeeded', async () => {
    const home = figuresOf('default/home', { succeededAt: '2026-02-01T00:00:00Z' });

    expect(await samplesOf(showing([home, figuresOf('default/broken')]))).toEqual(
      expect.arrayContaining([
        'cftunnel_tunnel_last_success_timestamp_seconds{tunnel="default/home"} 1769904000',
        'cftunnel_tunnel_last_success_timestamp_seconds{tunnel="default/broken"} 0',
      ]),
    );
  });

  it('show the state of each hostname, and how many exceed the limit', async () => {
    const hostnames = [
      { hostname: aHostname('a.example.com'), state: 'live' },
      { hostname: aHostname('b.example.com'), state: 'refused', reason: 'RecordConflict' },
      { hostname: aHostname('c.example.com'), state: 'pending' },
    ] as const;

    const samples = await samplesOf(showing([figuresOf('default/home', { hostnames })], 2));

    expect(samples.filter((sample) => sample.startsWith('cftunnel_hostname'))).toEqual([
      'cftunnel_hostname_state{tunnel="default/home",hostname="b.example.com",state="refused",reason="RecordConflict"} 1',
      'cftunnel_hostname_state{tunnel="default/home",hostname="c.example.com",state="pending",reason=""} 1',
      'cftunnel_hostnames_left_out 1',
    ]);
  });

  it('read the Tunnels once for each scrape', async () => {
    let reads = 0;
    const tunnels = (): readonly TunnelFigures[] => {
      reads += 1;
      return [];
    };

    await createMetrics({ ...NOTHING, tunnels }).render();

    expect(reads).toBe(1);
  });

  it('count the objects that ask to be exposed by what their conditions report', async () => {
    const refused = { kind: 'Service', status: 'False', reason: 'NotAllowed', count: 4 };

    expect(await samplesOf(createMetrics({ ...NOTHING, exposed: () => [refused] }))).toContain(
      'cftunnel_sources{kind="Service",status="False",reason="NotAllowed"} 4',
    );
  });

  it('count the time that it took to serve what was asked for', async () => {
    const metrics = createMetrics(NOTHING);
    metrics.served(4);
    metrics.served(700);

    expect(await samplesOf(metrics)).toEqual(
      expect.arrayContaining([
        'cftunnel_time_to_serve_seconds_bucket{le="2"} 0',
        'cftunnel_time_to_serve_seconds_bucket{le="5"} 1',
        'cftunnel_time_to_serve_seconds_bucket{le="600"} 1',
        'cftunnel_time_to_serve_seconds_count 2',
      ]),
    );
  });

  it('count repairs, from zero on', async () => {
    const metrics = createMetrics(NOTHING);
    expect(await samplesOf(metrics)).toEqual(
      expect.arrayContaining([
        'cftunnel_drift_repaired_total{kind="record"} 0',
        'cftunnel_drift_repaired_total{kind="object"} 0',
      ]),
    );

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
