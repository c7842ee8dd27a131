import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from 'cftunnel-sandbox/testing/eventually';
import { entryProblems } from '../support/access-problems.ts';
import { countedOrigin } from '../support/counted-origin.ts';
import { Intruders } from '../support/intruders.ts';
import { type LocalWorld, startLocalWorld } from '../support/local-world.ts';
import { FaultInjector, type Point } from './call-faults.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { RecordedPasses } from './recorded-passes.ts';
import { findProblems } from './problems.ts';
import type { Operator, StartOperator } from './operators.ts';
import { furnish } from './access-stories.ts';
import { type Story, prepare } from './stories.ts';
import type { DesiredState } from '../support/desired-state.ts';

/** The result of a story. */
export interface StoryResult {
  /** What is not as desired. Empty: everything is. */
  readonly problems: readonly string[];
  /** The calls until the desired state was reached, and shortly after. */
  readonly calls: readonly string[];
  /** False: the story ended before it reached the point. */
  readonly wasInjected: boolean;
  /** Requests without credentials for hostnames that had to be closed. */
  readonly intrusions: number;
}

/** How much faster than real time the operator waits. */
const SPEED = 20;

const LOOK_EVERY_MS = 50;

/** Time for writes after the desired state is reached. */
const TAIL_MS = 100;

/** The edge learns of a change to Access only after a while, in which the connectors have to keep everybody out. */
const SLOW_EDGE = { rateLimit: { quota: 100_000 }, assumptions: { accessPropagationMs: 200 } };

/** How long the desired state must last: long enough for the polls and drift passes of a fast operator. */
const QUIET_MS = 600;

/** Runs a story. At the point, if one is given, the operator is killed and restarted, or loses a response. */
export async function runStory(story: Story, start: StartOperator, point?: Point): Promise<StoryResult> {
  let intruders: Intruders | undefined;
  const images = () => [countedOrigin((request) => intruders?.arrived(request))];
  const sandbox = story.intrude === undefined ? {} : { images, cloudflare: SLOW_EDGE };
  const world = await startLocalWorld({ cluster: 'crash', configMode: story.configMode, sandbox });
  intruders = new Intruders(world.sandbox);
  const run = new StoryRun(world, start, story, intruders);
  try {
    return await run.run(story, point);
  } finally {
    await run.end();
    await world.stop();
  }
}

class StoryRun {
  readonly #world: LocalWorld;
  readonly #start: StartOperator;
  readonly #speed: number;
  readonly #hasElection: boolean;
  readonly #injector = new FaultInjector();
  readonly #passes = new RecordedPasses();
  readonly #proxies: FaultProxy[] = [];
  readonly #intruders: Intruders;
  #operator: Promise<Operator> | undefined;

  constructor(
    world: LocalWorld,
    start: StartOperator,
    { speed = SPEED, hasElection = false }: Story,
    intruders: Intruders,
  ) {
    this.#intruders = intruders;
    this.#world = world;
    this.#start = start;
    this.#speed = speed;
    this.#hasElection = hasElection;
  }

  async run(
    { before, isFromStart = false, intrude, act, after, points }: Story,
    point: Point | undefined,
  ): Promise<StoryResult> {
    const foreign = await this.#world.foreign();
    if (intrude !== undefined) await furnish(this.#world);
    const problems = (desired: DesiredState): Promise<readonly string[]> => this.#becomes(desired, foreign);
    if (!isFromStart) {
      await this.#startBehindProxies();
      await prepare(this.#world, before);
      const early = await problems(before);
      if (early.length > 0) return this.#result(early.map((problem) => `before the story: ${problem}`));
    }
    const kept = this.#ids(before);
    intrude?.(this.#intruders);
    this.#intruders.start();
    this.#injector.arm(point, points);
    if (isFromStart) await this.#startBehindProxies();
    const successor = this.#injector.killed.then(() => this.#succeed('kill'));
    const halt = await act(this.#world, () => this.#succeed('stop'), this.#intruders).then(() => [], inWords);
    const isKilled = point !== undefined && point.fault !== 'lost-answer';
    await problems(after);
    await delay(TAIL_MS);
    const calls = [...this.#injector.calls];
    if (isKilled) await Promise.race([successor, delay(QUIET_MS * 2)]);
    return this.#result([...halt, ...(await this.#stays(after, foreign)), ...this.#replaced(kept, after)], calls);
  }

  async end(): Promise<void> {
    await this.#intruders.stop();
    await (await this.#operator?.catch(() => undefined))?.kill();
    for (const proxy of this.#proxies) await proxy.stop();
  }

  async #startBehindProxies(): Promise<void> {
    const { kubernetes, cloudflare } = this.#world.sandbox;
    const [toKubernetes, toCloudflare] = await Promise.all([
      startFaultProxy(kubernetes.url, this.#injector),
      startFaultProxy(cloudflare.url, this.#injector),
    ]);
    this.#proxies.push(toKubernetes, toCloudflare);
    this.#startOperator(toKubernetes.url, toCloudflare.url);
  }

  #startOperator(kubernetesUrl: string, cloudflareUrl: string): void {
    this.#operator = this.#start({
      world: this.#world,
      kubernetesUrl,
      cloudflareUrl,
      hasElection: this.#hasElection,
      speed: this.#speed,
      observer: this.#passes,
    });
  }

  /** Starts the next operator after the last one has ended. One that is killed while it ends has one successor. */
  async #succeed(end: 'kill' | 'stop'): Promise<void> {
    const last = this.#operator;
    await (await last)?.[end]();
    if (this.#operator !== last) return;
    const { kubernetes, cloudflare } = this.#world.sandbox;
    this.#startOperator(kubernetes.url, cloudflare.url);
  }

  async #becomes(desired: DesiredState, foreign: unknown): Promise<readonly string[]> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const problems = await this.#problems(desired, foreign);
      if (problems.length === 0 || performance.now() > deadline) return problems;
      await delay(LOOK_EVERY_MS);
    }
  }

  /**
   * The desired state must last, because lost work may reappear and correct work may be undone. A state that is not
   * reached yet, such as a starting rollout, restarts the time.
   */
  async #stays(desired: DesiredState, foreign: unknown): Promise<readonly string[]> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const problems = await this.#becomes(desired, foreign);
      if (problems.length > 0) return problems;
      await delay(QUIET_MS);
      const later = await this.#problems(desired, foreign);
      if (later.length === 0 || performance.now() > deadline) return later;
    }
  }

  async #problems(desired: DesiredState, foreign: unknown): Promise<readonly string[]> {
    return [
      ...(await findProblems(this.#world, desired, { foreign, failures: this.#passes.failures })),
      ...(await entryProblems(this.#world, desired)),
    ];
  }

  /** Ids of the tunnels that are desired. */
  #ids({ tunnels }: DesiredState): ReadonlyMap<string, string> {
    const desired = new Set(Object.keys(tunnels).map((key) => `${this.#world.cluster}/${key}`));
    return new Map(this.#world.tunnels().flatMap(({ name, id }) => (desired.has(name) ? [[name, id]] : [])));
  }

  /** A tunnel that is desired before and after must stay the same, because its visitors would be cut off. */
  #replaced(kept: ReadonlyMap<string, string>, after: DesiredState): readonly string[] {
    return [...this.#ids(after)].flatMap(([name, id]) =>
      (kept.get(name) ?? id) === id ? [] : [`tunnel ${name} was replaced`],
    );
  }

  #result(problems: readonly string[], calls: readonly string[] = []): StoryResult {
    const { requests: intrusions, letIn } = this.#intruders;
    const intruded = letIn.length === 0 ? [] : [`${letIn.length} of ${intrusions} got in: ${letIn[0] ?? ''}`];
    const { wasInjected } = this.#injector;
    return { problems: [...this.#passes.bugs, ...intruded, ...problems], calls, wasInjected, intrusions };
  }
}

function inWords(error: unknown): readonly string[] {
  return [`the story failed: ${String(error)}`];
}
