import type { ConditionStatus, TunnelReason } from '../api/conditions.ts';
import { ConflictError, type OperatorError, asFailure } from './errors.ts';

/** What one stage of a reconcile has to say of itself. */
export interface StageReport {
  readonly status: ConditionStatus;
  readonly reason: TunnelReason;
  readonly message: string;
}

/**
 * The stages of one reconcile, each with its own report. A stage that fails does not end the others: those that can
 * do without it go on, so that one sick system never stops work on the rest.
 */
export class Stages<Stage extends string> {
  readonly #reports = new Map<Stage, StageReport>();
  readonly #failures: OperatorError[] = [];
  readonly #blockers = new Map<Stage, Stage>();
  readonly #signal: AbortSignal;
  readonly #explain: (error: OperatorError) => string;

  /** `signal`: ends the whole reconcile. `explain`: what a report says of a failure. */
  constructor(signal: AbortSignal, explain: (error: OperatorError) => string = ({ message }) => message) {
    this.#signal = signal;
    this.#explain = explain;
  }

  /**
   * Runs a stage; its failure becomes its report and the result is `undefined`. So does a bug, which is to be seen
   * where people look. A lost race and the end of the whole reconcile are no failures, and are thrown on.
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

  /** Notes a failure that left a result all the same: something else went through. */
  fail(stage: Stage, error: OperatorError): void {
    this.#failures.push(error);
    this.report(stage, { status: 'False', reason: error.reason, message: this.#explain(error) });
  }

  /** The first word of a stage stands: what fails inside it is not painted over later. */
  report(stage: Stage, report: StageReport): void {
    if (!this.#reports.has(stage)) this.#reports.set(stage, report);
  }

  /** Nothing can be said of a stage before another one has come about. */
  block(stage: Stage, by: Stage): void {
    if (stage !== by && !this.#blockers.has(stage)) this.#blockers.set(stage, by);
  }

  /** What each stage without a report waits for. */
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
