import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MeasuredOperator } from './operator.ts';
import type { Phase } from './phases.ts';
import { type BenchWorld, CLUSTER } from './world.ts';

/** Holds the only operator of a world. */
export class OperatorPost {
  readonly #world: BenchWorld;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-bench-'));
  #operator: MeasuredOperator | undefined;

  constructor(world: BenchWorld) {
    this.#world = world;
    writeFileSync(this.#kubeconfig, world.sandbox.kubernetes.kubeconfig());
  }

  /** The running operator. */
  get operator(): MeasuredOperator {
    if (this.#operator === undefined) throw new Error('no operator is at work');
    return this.#operator;
  }

  async vacate(): Promise<void> {
    await this.#operator?.stop();
    this.#operator = undefined;
  }

  /** Starts an operator. None may be running. */
  async fill({ driftInterval }: NonNullable<Phase['freshProcess']>): Promise<void> {
    this.#operator = await MeasuredOperator.start({
      kubeconfig: this.#kubeconfig,
      'cloudflare-base-url': this.#world.sandbox.cloudflare.url,
      'pod-proxy': this.#world.sandbox.podProxyUrl,
      'cluster-name': CLUSTER,
      'drift-interval': driftInterval,
      // There is only one replica, and a busy emulated API server must not make it lose its Lease.
      'leader-elect': 'false',
    });
  }

  async close(): Promise<void> {
    await this.vacate();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #kubeconfig(): string {
    return path.join(this.#folder, 'kubeconfig');
  }
}
