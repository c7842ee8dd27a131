import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { findCloudflared } from 'cftunnel-sandbox/connector/find-cloudflared';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { type TcpTalk, talkOverWebSocket, talkThroughAccess } from 'cftunnel-sandbox/testing/tunnelled-tcp';
import { NEEDS_GATEWAY_API, installGatewayApi } from '../support/gateway-api.ts';
import { type KubeObject, keyOf } from '../support/kube-client.ts';
import { findProgram } from '../support/programs.ts';
import { useWorld } from '../support/shared.ts';
import { describeOnNode, NEEDS_NODE } from '../support/world-needs.ts';
import { secret } from '../support/world-objects.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import { EXPOSED, becomes, ready, recordAt, rulesOf } from '../support/world-views.ts';
import { startWorld, type World } from '../support/world.ts';
import { EXAMPLES } from './example.ts';

const HOME = join(import.meta.dirname, '..', '..', 'examples');
const FOLDERS = readdirSync(HOME, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The examples with a Gateway, which need the Gateway API in the cluster. */
const OF_GATEWAYS = new Set(FOLDERS.filter((folder) => objectsIn(join(HOME, folder)).some(isGateway)));

const GATEWAY_API = 'gateway-api';
const TRIED = FOLDERS.filter((folder) => programsOf(folder).every(isThere));
const LEFT_OUT = FOLDERS.filter((folder) => !TRIED.includes(folder));
const NEEDS = LEFT_OUT.length === 0 ? '' : ` (LEFT OUT: ${LEFT_OUT.join(', ')}, see npm run programs)`;

function programsOf(folder: string): readonly string[] {
  const { needs } = EXAMPLES[folder] ?? {};
  return [...(needs === undefined ? [] : [needs]), ...(OF_GATEWAYS.has(folder) ? [GATEWAY_API] : [])];
}

function isThere(program: string): boolean {
  return program === GATEWAY_API ? NEEDS_GATEWAY_API === '' : findProgram(program) !== undefined;
}

// Invariant 47.
describe('an example', () => {
  it.each(FOLDERS)('is explained in at most 15 lines, and says how to see it: %s', (folder) => {
    const text = readFileSync(join(HOME, folder, 'README.md'), 'utf8');

    expect(text).toMatch(/^# .+\n\n[^]{80}/);
    expect(text.trim().split('\n').length).toBeLessThanOrEqual(15);
    for (const hostname of Object.keys(EXAMPLES[folder]?.visits ?? {})) expect(text).toContain(hostname.split('/')[0]);
  });

  it.each(FOLDERS)('is visited at every hostname that it publishes over HTTP: %s', (folder) => {
    const { rules = [], visits = {} } = EXAMPLES[folder] ?? {};
    const visited = Object.keys(visits).map((url) => url.split('/')[0] ?? '');
    const published = rules.filter(({ service }) => service.startsWith('http'));

    expect(published.filter(({ hostname = '' }) => !visited.some((name) => isServedBy(hostname, name)))).toEqual([]);
  });
});

describeOnNode(`an example${NEEDS}${NEEDS_NODE}`, () => {
  it.concurrent.each(TRIED)('works as applied to an empty cluster: %s', async (folder) => {
    const { rules, visits = {}, closed = [], spread, before = [] } = EXAMPLES[folder] ?? { rules: [] };
    const world = await startWorld({ cluster: startClusterWithNode });
    try {
      for (const object of before) await world.kube.apply(object);
      const tunnels = await applied(world, folder);

      const published = (await Promise.all(tunnels.map((key) => rulesOf(world, key)))).flat();
      expect(published.filter(({ hostname }) => hostname !== undefined)).toEqual(rules);
      for (const { hostname = '' } of rules) expect(recordAt(world, hostname)).toBeDefined();
      for (const [url, deployment] of Object.entries(visits)) await answeredBy(world, url, deployment);
      for (const url of closed) expect(await answerAt(world, url)).toMatch(/^302 /);
      if (spread !== undefined) await spreadOver(world, ...spread);
    } finally {
      await world.stop();
    }
  });
});

/** What a client of PostgreSQL says first: that it would like TLS, and who it is. */
const POSTGRES_OPENING = Buffer.from('0000000804d2162f000000130003000075736572006d6f6e690000', 'hex');

const TALKS: readonly (TcpTalk & { readonly answer: RegExp })[] = [
  {
    hostname: 'ssh.example.com',
    opening: Buffer.from('SSH-2.0-test\r\n'),
    answer: /^SSH-2\.0-OpenSSH_[^]*the sandbox has no shell/,
  },
  {
    hostname: 'postgres.example.com',
    opening: POSTGRES_OPENING,
    answer: /^NE[^]*FATAL[^]*the sandbox has no database/,
  },
];

const cloudflared = findCloudflared(process.env);
const describeAccess = cloudflared === undefined ? describe.skip : describe;
const NEEDS_CLOUDFLARED = cloudflared === undefined ? ' (LEFT OUT: needs CLOUDFLARED_BIN)' : '';
const ONLY_BUILT_IN =
  cloudflared === undefined
    ? ''
    : ' (LEFT OUT: connectors of the real one, which dial TCP by names that only the DNS of a cluster knows)';

describeOnNode(`the example 09-ssh, with the built-in connector${ONLY_BUILT_IN}${NEEDS_NODE}`, () => {
  const world = useWorld({ cluster: () => startClusterWithNode({ cloudflared: null }) });
  beforeAll(async () => void (await applied(world, '09-ssh')));

  it.each(TALKS)('leads a WebSocket to $hostname', async ({ answer, ...talk }) => {
    expect(await talkOverWebSocket(world.edge, talk)).toMatch(answer);
  });

  describeAccess(`and the real \`cloudflared access\` as its client${NEEDS_CLOUDFLARED}`, () => {
    it.each(TALKS)('leads it to $hostname', async ({ answer, ...talk }) => {
      expect(await talkThroughAccess(cloudflared ?? '', world.edge, talk)).toMatch(answer);
    });
  });
});

/** Applies a folder with the token that it needs, and resolves with its Tunnels once everything is exposed. */
async function applied(world: World, folder: string): Promise<readonly string[]> {
  const objects = objectsIn(join(HOME, folder));
  const keysOf = (kind: string): readonly string[] => objects.filter((object) => object.kind === kind).map(keyOf);
  const tunnels = keysOf('Tunnel');
  if (OF_GATEWAYS.has(folder)) await installGatewayApi(world);
  for (const object of objects) await world.kube.apply(object);
  for (const key of tunnels) await giveToken(world, key);
  for (const key of tunnels) await ready(world, key);
  for (const service of objects.filter(isAnnotatedService))
    await becomes(world, ['Service', keyOf(service)], EXPOSED, { status: 'True', reason: 'Exposed' });
  const ofOthers = objects.filter(isServedElsewhere);
  for (const key of ofOthers.length > 0 ? [] : keysOf('HTTPRoute'))
    await becomes(world, ['HTTPRoute', key], EXPOSED, { status: 'True', reason: 'Exposed' });
  for (const host of ofOthers.flatMap(hostnamesOf)) await eventually(() => expect(recordAt(world, host)).toBeDefined());
  for (const key of keysOf('Ingress')) await publishedWithRecords(world, key);
  return tunnels;
}

/** A Service that a tunnel leads to itself. Others are the backends of an Ingress. */
function isAnnotatedService({ kind, metadata }: KubeObject): boolean {
  return kind === 'Service' && Object.keys(metadata.annotations ?? {}).some((name) => name.startsWith('cftunnel.io/'));
}

/** Resolves once every host of an Ingress has a record, which comes after its rule. */
function publishedWithRecords(world: World, key: string): Promise<void> {
  return eventually(async () => {
    const { spec } = await world.kube.get('Ingress', key);
    const { rules = [] } = (spec ?? {}) as { readonly rules?: readonly { readonly host: string }[] };
    for (const { host } of rules) expect(recordAt(world, host)).toBeDefined();
  });
}

/** A Gateway of another controller that is to be public. */
function isServedElsewhere({ kind, metadata }: KubeObject): boolean {
  return kind === 'Gateway' && metadata.annotations?.['cftunnel.io/tunnel'] !== undefined;
}

function hostnamesOf({ spec }: KubeObject): readonly string[] {
  const { listeners = [] } = (spec ?? {}) as { readonly listeners?: readonly { readonly hostname: string }[] };
  return listeners.map(({ hostname }) => hostname);
}

function isGateway({ kind }: KubeObject): boolean {
  return kind === 'Gateway';
}

/** Every object in the YAML files of a folder, in the order of `kubectl apply -f`. */
function objectsIn(folder: string): readonly KubeObject[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().flatMap((file) => loadAll(readFileSync(join(folder, file), 'utf8')) as KubeObject[]);
}

/** Creates the token, which no example contains. */
async function giveToken(world: World, tunnel: string): Promise<void> {
  const [namespace = ''] = tunnel.split('/');
  await world.kube.apply(secret(`${namespace}/cloudflare`, { CLOUDFLARE_API_TOKEN: world.cloudflare.token }));
}

/** A Service without our annotations is only a backend of another one. */
function isServedBy(published: string, hostname: string): boolean {
  return published === hostname || (published.startsWith('*.') && hostname.endsWith(published.slice(1)));
}

async function answerAt(world: World, url: string): Promise<string> {
  const slash = url.indexOf('/');
  const { status, body } = await world.edge.get(url.slice(0, slash), url.slice(slash));
  return `${status} ${body}`;
}

/** Resolves once a pod of the Deployment has answered. */
function answeredBy(world: World, url: string, deployment: string): Promise<void> {
  return eventually(async () => {
    expect(await answerAt(world, url)).toMatch(new RegExp(`^200 Hostname: ${deployment}-[^-]+-[^-]+\n`));
  });
}

/** Resolves once as many pods have answered. */
async function spreadOver(world: World, hostname: string, pods: number): Promise<void> {
  const answers = new Set<string>();
  await eventually(async () => {
    answers.add((await answerAt(world, `${hostname}/`)).split('\n')[0] ?? '');
    expect(answers.size).toBe(pods);
  });
}
