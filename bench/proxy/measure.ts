/**
 * What the proxy does to requests, with real Envoys in a cluster in real time; with `CLOUDFLARED_BIN`, also with real
 * cloudflareds. Counts and ratios have budgets. Times are told with the load of the machine.
 */
import path from 'node:path';
import { loadavg } from 'node:os';
import { findEnvoy } from 'cftunnel-sandbox/kubelet/images/find-envoy';
import { unbalance } from './balance.ts';
import { secondsOfPodChange, secondsOfRouteChange } from './changes.ts';
import { bareFiles } from './bare-envoy.ts';
import { publishedFiles } from './envoy.ts';
import { startEnvoy } from './envoy-process.ts';
import { type Hop, type Load, type Target, compare, startProcess } from './hop.ts';
import { followSessions } from './sessions.ts';
import { HOSTNAMES, ProxyWorld } from './world.ts';

interface Figure {
  readonly what: string;
  readonly spent: number;
  /** Absent: it says too much of the machine. */
  readonly allowed?: number;
}

const HOST = 'app.example.com';
const BALANCED = ['http', 'h2c', 'grpc'] as const;
const REQUESTS_OF_A_CONNECTION = 3_000;
const REQUESTS_OF_SESSIONS = 1_000;
const CHANGES = 5;

const AT_ENVOY: Load = { rounds: 5, connections: 100, requests: 5_000, perSecond: 1_000 };
const AT_EDGE: Load = { rounds: 5, connections: 10, requests: 300, perSecond: 50 };

/** Prints a line for each figure; the result is the exit code. */
export async function measureProxy(): Promise<number> {
  const program = findEnvoy(process.env);
  if (program === undefined) {
    process.stdout.write('left out: it needs envoy, see npm run programs\n');
    return 0;
  }
  process.stdout.write(`load of the machine: ${loadavg()[0]?.toFixed(1)}\n`);
  let exitCode = 0;
  for await (const figure of figures(program)) {
    process.stdout.write(`${lineOf(figure)}\n`);
    if (figure.allowed !== undefined && figure.spent > figure.allowed) exitCode = 1;
  }
  return exitCode;
}

async function* figures(program: string): AsyncGenerator<Figure> {
  const world = await ProxyWorld.start(['plain', 'session', ...BALANCED]);
  try {
    for (const kind of BALANCED) {
      const what = `share of a third by which a pod differs, ${kind}, ${REQUESTS_OF_A_CONNECTION} requests`;
      yield { what, spent: await unbalance(world, kind, REQUESTS_OF_A_CONNECTION), allowed: 0.1 };
    }
    const { requests, astray, moved, movedWithoutReason } = await followSessions(world, REQUESTS_OF_SESSIONS);
    yield { what: `of ${requests} requests of sessions, at another pod`, spent: astray, allowed: 0 };
    yield { what: `of ${moved} sessions that moved with a pod, of another pod`, spent: movedWithoutReason, allowed: 0 };
    yield {
      what: 's until a change of pods is everywhere',
      spent: await secondsOfPodChange(world, CHANGES),
      allowed: 2,
    };
    yield { what: 's until a route is everywhere', spent: await secondsOfRouteChange(world, CHANGES), allowed: 2 };
    const port = Number(new URL(world.sandbox.edge.url).port);
    const [plain, proxied] = [HOSTNAMES.plain, HOSTNAMES.http].map((host) => ({ port, host }));
    if (plain !== undefined && proxied !== undefined)
      yield* ofHop('through the edge', await compare(plain, proxied, AT_EDGE));
  } finally {
    await world.stop();
  }
  yield* atEnvoy(program);
}

/** Without the sandbox's edge, which takes far more time than Envoy. */
async function* atEnvoy(program: string): AsyncGenerator<Figure> {
  const [backend, port] = await startProcess(path.resolve(import.meta.dirname, 'backend-process.ts'), []);
  const bare = await startEnvoy(program, bareFiles(Number(port)));
  const envoy = await startEnvoy(program, publishedFiles(HOST, Number(port)));
  const to = (at: number): Target => ({ port: at, host: HOST });
  try {
    yield* ofHop('at a bare Envoy', await compare(to(Number(port)), to(bare.port), AT_ENVOY));
    const { addedP50Ms, throughputRatio } = await compare(to(bare.port), to(envoy.port), AT_ENVOY);
    yield { what: 'ms added to the median of a bare Envoy', spent: addedP50Ms };
    yield { what: 'of the throughput of a bare Envoy, lost', spent: 1 - throughputRatio, allowed: 0.2 };
    const before = envoy.usage().cpuSeconds;
    yield* ofHop('at Envoy', await compare(to(Number(port)), to(envoy.port), AT_ENVOY));
    yield { what: 'µs of CPU for a request', spent: (1e6 * (envoy.usage().cpuSeconds - before)) / ALL, allowed: 300 };
    yield { what: 'MB of memory of Envoy with one route', spent: envoy.usage().rssMb };
  } finally {
    backend.kill();
    await Promise.all([envoy.stop(), bare.stop()]);
  }
}

/** All requests of one side of a comparison. */
const ALL = AT_ENVOY.rounds * (AT_ENVOY.requests + AT_ENVOY.perSecond + 2 * AT_ENVOY.connections);

function* ofHop(where: string, { direct, addedP50Ms, throughputRatio }: Hop): Generator<Figure> {
  yield { what: `ms added to the median, ${where}; ${direct.p50Ms.toFixed(2)} without the proxy`, spent: addedP50Ms };
  const rate = Math.round(direct.requestsPerSecond);
  yield { what: `of the throughput, ${where}; ${rate} a second without the proxy`, spent: throughputRatio };
}

function lineOf({ what, spent, allowed }: Figure): string {
  const budget = allowed === undefined ? '' : `, budget ${allowed}${spent > allowed ? ': OVERSPENT' : ''}`;
  return `${spent.toFixed(2)} ${what}${budget}`;
}
