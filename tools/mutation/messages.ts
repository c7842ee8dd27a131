/** The messages between the main process and its workers. */
import type { NumberedMutant } from './mutants.ts';

/** How a test file behaves without a mutant. */
export interface FileReport {
  readonly file: string;
  /** Of loading the file and running its tests. */
  readonly ms: number;
  /** Mutants that the file executes when it is loaded, before its first test. */
  readonly loadHits: readonly number[];
  /** In the order of the file. */
  readonly tests: readonly { readonly ms: number; readonly hits: readonly number[] }[];
  /** Why a test fails without a mutant. */
  readonly failure: string | undefined;
}

/** The part of one test file in the trial of a mutant. */
export interface FileTrial {
  readonly file: string;
  /** Positions of the tests that execute the mutant; undefined if the file has to be loaded with the mutant on. */
  readonly tests: readonly number[] | undefined;
}

export interface Trial {
  readonly mutant: number;
  readonly files: readonly FileTrial[];
  readonly testLimitMs: number;
}

export interface Verdict {
  readonly status: 'killed' | 'survived' | 'timeout';
  /** The test that failed. */
  readonly by?: string;
  /** The process can no longer be used, because the mutant still runs or has left something behind. */
  readonly isSpoiled?: boolean;
}

export interface Setup {
  readonly mutants: readonly NumberedMutant[];
  /** Of random values, so that every run is the same. */
  readonly seed: number;
}

export type Request = { readonly setup: Setup } | { readonly observe: string } | { readonly trial: Trial };
export type Reply = { readonly report: FileReport } | { readonly verdict: Verdict };
