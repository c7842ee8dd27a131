/** The process: reads flags and environment, starts the operator, and ends it cleanly. */
import './require-node.mjs';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createCloudflareSessions } from './adapters/cloudflare/sessions.ts';
import { loadKubeConfig } from './adapters/kubernetes/kube-config.ts';
import { createLeaseLock } from './adapters/kubernetes/lease.ts';
import { RestClient } from './adapters/kubernetes/rest-client.ts';
import { type Reply, serveHttp } from './adapters/telemetry/http-endpoint.ts';
import { type Logger, createAppLogger } from './adapters/telemetry/logger.ts';
import { createMetrics } from './adapters/telemetry/metrics.ts';
import { readClusterName } from './adapters/kubernetes/cluster-name.ts';
import { type Assembly, assemble } from './wiring/assemble.ts';
import { LEASE_NAME } from './api/names.ts';
import { LastingProblems } from './adapters/telemetry/lasting-problems.ts';
import { observePasses } from './adapters/telemetry/pass-log.ts';
import { runCommand } from './command-line.ts';
import { type Options, parseOptions } from './options.ts';
import { createClock } from './runtime/clock.ts';
import { LeaderElection } from './runtime/leader.ts';
import { VERSION } from './version.ts';

/** A standby looks every 2.4 s at the latest: it leads within 15 s of the moment at which the leader was killed. */
const LEASE = { name: LEASE_NAME, durationMs: 10_000, renewEveryMs: 2_000 } as const;

/** How long work in hand may take to end after SIGTERM. */
const SHUTDOWN_MS = 8_000;

/** Other than 1 for scenarios only: pauses and back-offs pass faster, deadlines and the Lease stay in real time. */
const clock = createClock(Number(process.env['CFTUNNEL_CLOCK_SPEED'] ?? 1));

const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

function podNamespace(): string | undefined {
  try {
    return readFileSync(NAMESPACE_FILE, 'utf8').trim();
  } catch {
    return process.env['POD_NAMESPACE'];
  }
}

async function run(options: Options): Promise<number> {
  const log = createAppLogger(options.logLevel, options.logFormat);
  const problems = new LastingProblems(log);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort(signal));

  let assembly: Assembly | undefined;
  const metrics = createMetrics({
    version: VERSION,
    hostnames: options.metricsHostnames,
    queueDepths: () => new Map(assembly?.controllers.map((controller) => [controller.name, controller.queue.depth])),
    callsLeft: () => cloudflare.callsLeft(),
    tunnels: () => assembly?.figures() ?? [],
    access: () => assembly?.accessFigures() ?? [],
    exposed: () => assembly?.sourceFigures() ?? [],
    orphans: (kind) => assembly?.orphans.count(kind) ?? 0,
  });
  const assertLeading = (): void => election?.assertLeading();
  const cloudflare = createCloudflareSessions(options.cloudflareBaseUrl, (call) => metrics.cloudflareCalled(call), {
    assertLeading,
    clock,
    env: process.env,
  });
  const health = await serveHttp(options.healthBindAddress, {
    '/healthz': () => ({ status: 200, body: 'ok\n' }),
    '/readyz': () => readiness(assembly),
  });
  const scrape = await serveHttp(options.metricsBindAddress, {
    '/metrics': async () => ({ status: 200, ...(await metrics.render()) }),
  });

  const kubeConfig = loadKubeConfig(options.kubeconfig);
  const rest = new RestClient(kubeConfig);
  const election = electionFor(options, rest, problems);
  try {
    const cluster = options.clusterName ?? (await readClusterName(rest, problems, stop.signal));
    log.info('Starting', { version: VERSION, cluster, namespace: options.watchNamespace ?? 'all' });
    const observer = observePasses(log, metrics, problems);
    const control = {
      clock,
      assertLeading,
      driftRepaired: metrics.driftRepaired.bind(metrics),
      served: metrics.served.bind(metrics),
      podProxy: options.podProxy,
    };
    assembly = assemble({ options, cluster, kubeConfig, rest, cloudflare, observer, log, ...control });
    await assembly.operator.start();
    await until(assembly.operator.synced(), stop.signal);
    await until(election?.acquire() ?? Promise.resolve(), stop.signal);
    metrics.leading(true);
    log.info('Leading');
    await assembly.prime();
    for (const controller of assembly.controllers) controller.start();
    await until(election?.keep() ?? new Promise(() => undefined), stop.signal);
    log.error('The lease is lost: another replica leads now');
    return 1;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    log.info('Stopping', { signal: String(stop.signal.reason) });
    return 0;
  } finally {
    await shutDown(assembly, log);
    await election?.release();
    cloudflare.close();
    rest.close();
    await Promise.all([health.close(), scrape.close()]);
  }
}

function electionFor(options: Options, rest: RestClient, problems: LastingProblems): LeaderElection | undefined {
  if (!options.leaderElect) return undefined;
  return new LeaderElection(createLeaseLock(rest, { ...LEASE, namespace: options.namespace }, LEASE.renewEveryMs * 2), {
    identity: `${hostname()}_${randomUUID()}`,
    durationMs: LEASE.durationMs,
    renewEveryMs: LEASE.renewEveryMs,
    onFailure: (error) =>
      problems.failed(LEASE.name, 'The lease cannot be read or written', {
        error: error instanceof Error ? error.message : String(error),
      }),
    onSuccess: () => problems.recovered(LEASE.name, 'The lease can be read and written again'),
  });
}

/** Resolves or rejects with the work, and rejects as soon as the signal says stop. */
async function until<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const stopped = Promise.withResolvers<never>();
  const onAbort = (): void => stopped.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Every write in hand ends or is abandoned; whichever it was is found again from what is observed. */
async function shutDown(assembly: Assembly | undefined, log: Logger): Promise<void> {
  if (assembly === undefined) return;
  assembly.operator.stop();
  const ended = Promise.all(assembly.controllers.map((controller) => controller.stop()));
  const late = new Promise<void>((resolve) => {
    setTimeout(() => {
      log.warn('Work was abandoned at the end of the shutdown time');
      resolve();
    }, SHUTDOWN_MS).unref();
  });
  await Promise.race([ended, late]);
}

/** Ready to lead, or to take over: every kind that is needed is known, and may be read. */
function readiness(assembly: Assembly | undefined): Reply {
  const notReady = assembly?.operator.notReady() ?? ['the Kubernetes API does not answer yet'];
  const unwatched = assembly?.operator.unwatched().map((gap) => `not watched: ${gap}\n`) ?? [];
  if (notReady.length === 0) return { status: 200, body: ['ok\n', ...unwatched].join('') };
  return { status: 503, body: `caches are being filled\n${notReady.join('\n')}\n` };
}

/** What keeps the operator from running at all: a kubeconfig that is not there, a port that is taken. */
function sayWhy(error: unknown): number {
  process.stderr.write(`cftunnel-operator: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}

async function operate(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, process.env, podNamespace());
  if (parsed.kind === 'options') return run(parsed.options);
  if (parsed.kind === 'text') process.stdout.write(parsed.text);
  else process.stderr.write(`cftunnel-operator: ${parsed.message}\n`);
  return parsed.kind === 'text' ? 0 : 2;
}

const [first, ...others] = process.argv.slice(2);
const isCommand = first !== undefined && !first.startsWith('-');
const work = isCommand
  ? runCommand(first, others, process.env)
  : operate(first === undefined ? others : [first, ...others]);
process.exitCode = await work.catch(sayWhy);
if (!isCommand) process.exit();
