import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from 'cftunnel-sandbox/testing/eventually';
import { CLUSTER, type CrashWorld, startCrashWorld } from './crash-world.ts';
import { Fates, type Point } from './fates.ts';
import { type Gate, openGate } from './gate.ts';
import { Heard } from './heard.ts';
import { complaintsAbout } from './judge.ts';
import type { Operator, StartOperator } from './operators.ts';
import { type Story, prepare } from './stories.ts';
import type { Wanted } from './wanted.ts';

/** How a story ended. */
export interface Ending {
  /** What is not as wanted; empty: all is well. */
  readonly complaints: readonly string[];
  /** The calls until the world was as wanted, and a moment longer, in words. */
  readonly calls: readonly string[];
  /** False: the story was over before it came to the point. */
  readonly hasStruck: boolean;
}

/** Stories are told this many times faster than they happen. */
const SPEED = 20;

const LOOK_EVERY_MS = 50;

/** The last words of a story: what is written when all is as wanted already. */
const TAIL_MS = 100;

/** How long a world that is as wanted must stay so; long enough for the polls and drift passes of a fast operator. */
const QUIET_MS = 600;

/** Lives through a story. At the point, if one is given, the operator is killed and started again, or misses an answer. */
export async function live(story: Story, start: StartOperator, point?: Point): Promise<Ending> {
  const world = await startCrashWorld();
  const life = new Life(world, start, story);
  try {
    return await life.run(story, point);
  } finally {
    await life.end();
    await world.sandbox.stop();
  }
}

class Life {
  readonly #world: CrashWorld;
  readonly #start: StartOperator;
  readonly #speed: number;
  readonly #hasElection: boolean;
  readonly #fates = new Fates();
  readonly #heard = new Heard();
  readonly #gates: Gate[] = [];
  #operator: Promise<Operator> | undefined;

  constructor(world: CrashWorld, start: StartOperator, { speed = SPEED, hasElection = false }: Story) {
    this.#world = world;
    this.#start = start;
    this.#speed = speed;
    this.#hasElection = hasElection;
  }

  async run({ before, isFromStart = false, act, after, points }: Story, point: Point | undefined): Promise<Ending> {
    const strangers = await this.#world.strangers();
    const complaints = (wanted: Wanted): Promise<readonly string[]> => this.#becomes(wanted, strangers);
    if (!isFromStart) {
      await this.#startBehindGates();
      await prepare(this.#world, before);
      const early = await complaints(before);
      if (early.length > 0) return this.#ending(early.map((complaint) => `before the story: ${complaint}`));
    }
    const kept = this.#ids(before);
    this.#fates.arm(point, points);
    if (isFromStart) await this.#startBehindGates();
    const successor = this.#fates.killed.then(() => this.#succeed('kill'));
    const halt = await act(this.#world, () => this.#succeed('stop')).then(() => [], inWords);
    const isKilled = point !== undefined && point.fate !== 'lost-answer';
    await complaints(after);
    await delay(TAIL_MS);
    const calls = [...this.#fates.calls];
    if (isKilled) await Promise.race([successor, delay(QUIET_MS * 2)]);
    return this.#ending([...halt, ...(await this.#stays(after, strangers)), ...this.#replaced(kept, after)], calls);
  }

  async end(): Promise<void> {
    await (await this.#operator?.catch(() => undefined))?.kill();
    for (const gate of this.#gates) await gate.stop();
  }

  async #startBehindGates(): Promise<void> {
    const { kubernetes, cloudflare } = this.#world.sandbox;
    const [toKubernetes, toCloudflare] = await Promise.all([
      openGate(kubernetes.url, this.#fates),
      openGate(cloudflare.url, this.#fates),
    ]);
    this.#gates.push(toKubernetes, toCloudflare);
    this.#startOperator(toKubernetes.url, toCloudflare.url);
  }

  #startOperator(kubernetesUrl: string, cloudflareUrl: string): void {
    this.#operator = this.#start({
      world: this.#world,
      kubernetesUrl,
      cloudflareUrl,
      hasElection: this.#hasElection,
      speed: this.#speed,
      observer: this.#heard,
    });
  }

  /** The last one must be gone before the next begins, as a node sees to it; one that dies as it ends has one successor. */
  async #succeed(end: 'kill' | 'stop'): Promise<void> {
    const last = this.#operator;
    await (await last)?.[end]();
    if (this.#operator !== last) return;
    const { kubernetes, cloudflare } = this.#world.sandbox;
    this.#startOperator(kubernetes.url, cloudflare.url);
  }

  async #becomes(wanted: Wanted, strangers: unknown): Promise<readonly string[]> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const complaints = await this.#complaints(wanted, strangers);
      if (complaints.length === 0 || performance.now() > deadline) return complaints;
      await delay(LOOK_EVERY_MS);
    }
  }

  /**
   * As wanted, and so for a while: what was forgotten may come back, and what is right may be undone. What is only
   * seen to be not so yet, such as a rollout that begins, starts the while anew.
   */
  async #stays(wanted: Wanted, strangers: unknown): Promise<readonly string[]> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const complaints = await this.#becomes(wanted, strangers);
      if (complaints.length > 0) return complaints;
      await delay(QUIET_MS);
      const later = await this.#complaints(wanted, strangers);
      if (later.length === 0 || performance.now() > deadline) return later;
    }
  }

  #complaints(wanted: Wanted, strangers: unknown): Promise<readonly string[]> {
    return complaintsAbout(this.#world, wanted, { strangers, failures: this.#heard.failures });
  }

  /** Ids of the tunnels that are wanted. */
  #ids({ tunnels }: Wanted): ReadonlyMap<string, string> {
    const wanted = new Set(Object.keys(tunnels).map((key) => `${CLUSTER}/${key}`));
    return new Map(this.#world.tunnels().flatMap(({ name, id }) => (wanted.has(name) ? [[name, id]] : [])));
  }

  /** A tunnel that is wanted before and after must be one and the same: its visitors would be cut off. */
  #replaced(kept: ReadonlyMap<string, string>, after: Wanted): readonly string[] {
    return [...this.#ids(after)].flatMap(([name, id]) =>
      (kept.get(name) ?? id) === id ? [] : [`tunnel ${name} was replaced`],
    );
  }

  #ending(complaints: readonly string[], calls: readonly string[] = []): Ending {
    return { complaints: [...this.#heard.bugs, ...complaints], calls, hasStruck: this.#fates.hasStruck };
  }
}

function inWords(error: unknown): readonly string[] {
  return [`the story came to a halt: ${String(error)}`];
}
