import type { ConditionStatus, TunnelReason } from '../api/conditions.ts';
import { ConflictError, type OperatorError, asFailure } from './errors.ts';

/** The condition of one stage of a reconciliation. */
export interface StageReport {
  readonly status: ConditionStatus;
  readonly reason: TunnelReason;
  readonly message: string;
}

/**
 * The stages of one reconciliation, each with its own report. A stage that fails does not stop the stages that do not
 * depend on it.
 */
export class Stages<Stage extends string> {
  readonly #reports = new Map<Stage, StageReport>();
  readonly #failures: OperatorError[] = [];
  readonly #blockers = new Map<Stage, Stage>();
  readonly #signal: AbortSignal;
  readonly #explain: (error: OperatorError) => string;

  /** `signal`: aborts the whole reconciliation. `explain`: the message of a failure in a report. */
  constructor(signal: AbortSignal, explain: (error: OperatorError) => string = ({ message }) => message) {
    this.#signal = signal;
    this.#explain = explain;
  }

  /**
   * Runs a stage. A failure or a bug becomes its report, and the result is `undefined`. A conflict, and the abort of the
   * whole reconciliation, are rethrown.
   */
  async run<T>(stage: Stage, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (this.#signal.aborted || error instanceof ConflictError) throw error;
      this.fail(stage, asFailure(error));
      return undefined;
    }
  }

  /** Adds a failure of a stage that has a result nevertheless. */
  fail(stage: Stage, error: OperatorError): void {
    this.#failures.push(error);
    this.report(stage, { status: 'False', reason: error.reason, message: this.#explain(error) });
  }

  /** Only the first report of a stage counts, so that a later one does not hide a failure. */
  report(stage: Stage, report: StageReport): void {
    if (!this.#reports.has(stage)) this.#reports.set(stage, report);
  }

  /** A stage cannot run before another one succeeds. */
  block(stage: Stage, by: Stage): void {
    if (stage !== by && !this.#blockers.has(stage)) this.#blockers.set(stage, by);
  }

  /** The stage that each blocked stage waits for. */
  get blockers(): ReadonlyMap<Stage, Stage> {
    return this.#blockers;
  }

  get reports(): ReadonlyMap<Stage, StageReport> {
    return this.#reports;
  }

  get failures(): readonly OperatorError[] {
    return this.#failures;
  }
}
