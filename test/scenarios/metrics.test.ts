/** What the operator and the connectors expose, and the alerts and dashboards that are built on it. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import { ALERT_CASES } from '../monitoring/alert-cases.ts';
import { ALERTS_FILE } from '../monitoring/alert-rules.ts';
import { checkMetrics, testRules } from '../monitoring/promtool.ts';
import { ALERT_QUERIES, DASHBOARD_QUERIES, groupingIn, selectorsIn } from '../monitoring/queries.ts';
import { describeWith } from '../support/programs.ts';
import { type Sample, fetchFromPod, find, samplesIn } from '../support/samples.ts';
import { useWorld } from '../support/shared.ts';
import { connectorPods } from '../support/world-connectors.ts';
import { describeOnNode } from '../support/world-needs.ts';
import { accessServiceToken, service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { becomes, exposed, gone, refused } from '../support/world-views.ts';

const port = await freePort();
const world = useWorld({
  cluster: startClusterWithNode,
  flags: [`--metrics-bind-address=127.0.0.1:${port}`, '--metrics-hostnames=4'],
});

/** What a ServiceMonitor adds to the samples of the operator. */
const TARGET = { namespace: 'cftunnel-system', pod: 'cftunnel-operator-1', job: 'cftunnel-operator', instance: 'a' };

const HOSTNAME = 'cftunnel_hostname_state';
const CLOUD = { tunnel: 'watched/cloud' };

async function scrapeText(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

async function scrape(): Promise<readonly Sample[]> {
  return samplesIn(await scrapeText(), TARGET);
}

/** The samples of every connector, with the labels that the PodMonitor adds. */
async function scrapeConnectors(): Promise<readonly Sample[]> {
  const proxy = world.operator.flags.find((flag) => flag.startsWith('--pod-proxy='))?.slice('--pod-proxy='.length);
  const pods = await connectorPods(world, 'watched');
  const texts = pods.map(async ({ metadata, status }) => {
    const address = (status as { readonly podIP?: string } | undefined)?.podIP;
    const target = {
      namespace: 'watched',
      pod: metadata.name,
      container: 'cloudflared',
      job: 'connectors',
      instance: 'b',
      tunnel: `watched/${metadata.labels?.['cftunnel.io/tunnel']}`,
    };
    return samplesIn(await fetchFromPod(new URL(proxy ?? ''), `http://${address}:2000/metrics`), target);
  });
  return (await Promise.all(texts)).flat();
}

async function isVisited(hostname: string): Promise<void> {
  await eventually(async () => expect((await world.edge.get(hostname)).status).toBe(200));
}

async function valueOf(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
  return find(await scrape(), name, labels)[0]?.value;
}

async function expose(name: string, hostname: string, home = 'cloud'): Promise<void> {
  await world.kube.create(service(`watched/${name}`, { hostname, tunnel: home }));
}

beforeAll(async () => {
  await world.addNamespace('watched');
  world.cloudflare.admin.addRecord('example.com', { name: 'taken.example.com', type: 'A', content: '192.0.2.7' });
  const rotated = { tokenRotation: { schedule: '0 3 * * SUN' } };
  await world.kube.create(tunnel('watched/cloud', { replicas: 1, configMode: 'Remote', ...rotated }));
  await world.kube.create(tunnel('watched/local', { replicas: 1, configMode: 'Local' }));
  await world.kube.create(tunnel('watched/broken', { credentialsRef: { name: 'missing' } }));
  await world.kube.create(accessServiceToken('watched/robot', { tunnelRef: { name: 'cloud' } }));
  await world.kube.create(whoami('watched/web'));
  await world.kube.create(withPods(service('watched/web', { hostname: 'web.example.com', tunnel: 'cloud' })));
  await expose('other', 'other.example.com', 'local');
  await expose('taken', 'taken.example.com');
  await expose('wrong', 'web.example.com');
  await exposed(world, 'watched/web', ['web.example.com']);
  await exposed(world, 'watched/other', ['other.example.com']);
  await refused(world, 'watched/taken', 'RecordConflict');
  await refused(world, 'watched/wrong', 'HostnameConflict');
  await becomes(world, ['Tunnel', 'watched/broken'], 'Ready', { status: 'False', reason: 'SecretNotFound' });
  await becomes(world, ['AccessServiceToken', 'watched/robot'], 'Ready', { status: 'True' });
});

// Invariant 43.
describe('the operator', () => {
  it('shows the state of each hostname, and why one is refused', async () => {
    await eventually(async () => {
      const samples = find(await scrape(), HOSTNAME);
      expect(
        samples.map(({ labels: { tunnel: home, hostname, state, reason } }) => [home, hostname, state, reason]),
      ).toEqual(
        expect.arrayContaining([
          ['watched/cloud', 'web.example.com', 'live', ''],
          ['watched/local', 'other.example.com', 'live', ''],
          ['watched/cloud', 'taken.example.com', 'refused', 'RecordConflict'],
        ]),
      );
    });
  });

  it('counts the Services that ask to be exposed by what their conditions report', async () => {
    const sources = 'cftunnel_sources';

    expect(await valueOf(sources, { kind: 'Service', status: 'True', reason: 'Exposed' })).toBe(2);
    expect(await valueOf(sources, { kind: 'Service', status: 'False', reason: 'HostnameConflict' })).toBe(1);
  });

  it('shows conditions, rules and the last success of each Tunnel', async () => {
    const last = 'cftunnel_tunnel_last_success_timestamp_seconds';
    const connected = { ...CLOUD, type: 'ConnectorsReady', status: 'True' };

    await eventually(async () => expect(await valueOf('cftunnel_tunnel_condition', connected)).toBe(1));
    await eventually(async () => expect(await valueOf(last, CLOUD)).toBeGreaterThan(Date.now() / 1000 - 3600));
    expect(await valueOf('cftunnel_tunnel_config_version', CLOUD)).toBeGreaterThan(0);
    expect(await valueOf('cftunnel_tunnel_config_version', { tunnel: 'watched/local' })).toBeUndefined();
    expect(await valueOf(last, { tunnel: 'watched/broken' })).toBe(0);
  });

  it('shows when a service token ends, and how it stands', async () => {
    const robot = { object: 'watched/robot' };

    await eventually(async () =>
      expect(await valueOf('cftunnel_access_condition', { ...robot, reason: 'TokenIssued' })).toBe(1),
    );
    expect(await valueOf('cftunnel_access_service_token_expiry_timestamp_seconds', robot)).toBeGreaterThan(
      Date.now() / 1000,
    );
  });

  it('measures how long a new hostname takes, once', async () => {
    const count = 'cftunnel_time_to_serve_seconds_count';
    const before = (await valueOf(count)) ?? 0;

    await expose('fresh', 'fresh.example.com');
    await exposed(world, 'watched/fresh', ['fresh.example.com']);
    await eventually(async () => expect(await valueOf(count)).toBe(before + 1));
    const version = (await valueOf('cftunnel_tunnel_config_version', CLOUD)) ?? 0;
    await world.kube.annotate('Service', 'watched/fresh', { 'cftunnel.io/origin-connect-timeout': '7s' });
    await eventually(async () =>
      expect(await valueOf('cftunnel_tunnel_config_version', CLOUD)).toBeGreaterThan(version),
    );

    expect(await valueOf(count)).toBe(before + 1);
  });

  it('drops the samples of a hostname and of a Tunnel that are gone', async () => {
    await world.kube.create(tunnel('watched/brief', { replicas: 1, configMode: 'Remote' }));
    await expose('brief', 'brief.example.com', 'brief');
    await exposed(world, 'watched/brief', ['brief.example.com']);
    expect(find(await scrape(), 'cftunnel_records', { tunnel: 'watched/brief' })).not.toEqual([]);

    await world.kube.delete('Service', 'watched/brief');
    await gone(world, 'Service', 'watched/brief');
    await world.kube.delete('Tunnel', 'watched/brief');
    await gone(world, 'Tunnel', 'watched/brief');

    await eventually(async () => expect(await scrapeText()).not.toContain('brief'));
  });

  it('names at most so many hostnames as --metrics-hostnames says, refused ones first', async () => {
    await expose('more', 'more.example.com');
    await exposed(world, 'watched/more', ['more.example.com']);

    const samples = await scrape();
    const hostnames = find(samples, HOSTNAME).map(({ labels }) => labels['hostname']);
    expect(hostnames).toHaveLength(4);
    expect(hostnames[0]).toBe('taken.example.com');
    expect(find(samples, 'cftunnel_hostnames_left_out')[0]?.value).toBe(1);
  });
});

describeOnNode('the alerts and dashboards', () => {
  let samples: readonly Sample[];

  beforeAll(async () => {
    await isVisited('web.example.com');
    samples = [...(await scrape()), ...(await scrapeConnectors())];
  });

  it.each([...ALERT_QUERIES, ...DASHBOARD_QUERIES])('use metrics and labels that exist: $of', ({ expr }) => {
    const selectors = selectorsIn(expr);
    const known = labelsOf(
      samples,
      selectors.map(({ metric }) => metric),
    );

    expect(selectors).not.toEqual([]);
    for (const { metric, labels } of selectors) {
      expect(find(samples, metric)).not.toEqual([]);
      expect([...labelsOf(samples, [metric])]).toEqual(expect.arrayContaining([...labels]));
    }
    expect([...known]).toEqual(expect.arrayContaining([...groupingIn(expr)]));
  });

  it('are tried with series as they are scraped', () => {
    const tried = ALERT_CASES.flatMap(({ fires, silent }) => Object.keys({ ...fires.series, ...silent.series }));
    const odd = samplesIn(tried.map((series) => `${series} 0`).join('\n')).filter(({ name, labels }) => {
      const known = labelsOf(samples, [name]);
      return Object.keys(labels).some((label) => !known.has(label));
    });

    expect(odd).toEqual([]);
  });

  describeWith('promtool', 'in Prometheus', (promtool) => {
    it('find metrics that follow its conventions', async () => {
      const own = (await scrapeText()).split('\n').filter((line) => line.includes('cftunnel_'));

      expect(await checkMetrics(promtool, `${own.join('\n')}\n`)).toBe('');
    });

    it('every query of a dashboard returns something', async () => {
      // Node.js has no figure of its event loop where two scrapes follow each other at once.
      const measured = samples.filter(({ value }) => !Number.isNaN(value));
      const series = measured.map(({ name, labels, value }) => ({
        series: `${name}{${textOf(labels)}}`,
        values: `${plain(value)}x90`,
      }));
      const checks = DASHBOARD_QUERIES.map(({ of, expr }) => ({
        expr: `label_replace(vector(1), "query", "${of}", "", "") and on () (count(${expr}) > 0)`,
        eval_time: '80m',
        exp_samples: [{ labels: `{query="${of}"}`, value: 1 }],
      }));
      const test = { name: 'dashboards', interval: '1m', input_series: series, promql_expr_test: checks };

      expect(await testRules(promtool, ALERTS_FILE, [test])).toContain('SUCCESS');
    });
  });
});

/** The labels of the samples of any of these metrics. */
function labelsOf(samples: readonly Sample[], metrics: readonly string[]): ReadonlySet<string> {
  return new Set(samples.filter(({ name }) => metrics.includes(name)).flatMap(({ labels }) => Object.keys(labels)));
}

function textOf(labels: Sample['labels']): string {
  return Object.entries(labels)
    .map(([label, text]) => `${label}="${text}"`)
    .join(',');
}

/** A number without an exponent. */
function plain(value: number): string {
  return Number.isInteger(value) ? value.toFixed(0) : value.toFixed(9);
}
