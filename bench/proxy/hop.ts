/**
 * What the proxy adds to a request, measured at Envoy itself: the same load is sent to a backend directly and through
 * Envoy, in turn, so that other work on the machine hits both alike. The backend and the load are processes of their own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** One round of requests. */
export interface Round {
  readonly p50Ms: number;
  readonly requestsPerSecond: number;
}

export interface Hop {
  readonly direct: Round;
  readonly proxied: Round;
  /** Medians over all pairs of rounds. */
  readonly addedP50Ms: number;
  readonly throughputRatio: number;
}

export interface Target {
  readonly port: number;
  readonly host: string;
}

/** How much is sent in a round. */
export interface Load {
  readonly rounds: number;
  readonly connections: number;
  /** At full speed, which shows throughput. */
  readonly requests: number;
  /** At a pace, which shows latency: at full speed, that is only the time spent in queues. */
  readonly perSecond: number;
}

const LOAD = path.resolve(import.meta.dirname, 'load-process.ts');

export async function compare(direct: Target, proxied: Target, load: Load): Promise<Hop> {
  const pairs: { readonly paced: readonly [Round, Round]; readonly full: readonly [Round, Round] }[] = [];
  for (let round = 0; round < load.rounds; round += 1) {
    const paced = await both(direct, proxied, paceOf(load));
    const full = await both(direct, proxied, { ...load, perSecond: 0 });
    pairs.push({ paced, full });
  }
  const medianRound = (at: 0 | 1): Round => ({
    p50Ms: median(pairs.map(({ paced }) => paced[at].p50Ms)),
    requestsPerSecond: median(pairs.map(({ full }) => full[at].requestsPerSecond)),
  });
  return {
    direct: medianRound(0),
    proxied: medianRound(1),
    addedP50Ms: median(pairs.map(({ paced: [one, other] }) => other.p50Ms - one.p50Ms)),
    throughputRatio: median(pairs.map(({ full: [one, other] }) => other.requestsPerSecond / one.requestsPerSecond)),
  };
}

/** A second or more of it. */
function paceOf(load: Load): Load {
  return { ...load, requests: load.perSecond };
}

async function both(direct: Target, proxied: Target, load: Load): Promise<readonly [Round, Round]> {
  return [await loadOn(direct, load), await loadOn(proxied, load)];
}

/** Starts a process of the bench, and resolves with it and the first line that it says. */
export async function startProcess(file: string, args: readonly string[]): Promise<readonly [ChildProcess, string]> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) throw new Error('the process says nothing');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return [child, line];
}

async function loadOn({ port, host }: Target, { connections, requests, perSecond }: Load): Promise<Round> {
  const [, line] = await startProcess(LOAD, [port, host, connections, requests, perSecond].map(String));
  return JSON.parse(line) as Round;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
