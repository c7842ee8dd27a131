/** What a command talks to besides the APIs: the terminal, the environment and the clock. */
export interface Io {
  readonly out: Output;
  /** For notes and errors, so that standard output holds only the answer. */
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readStdin: () => Promise<string>;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

export interface Output {
  readonly write: (text: string) => void;
  /** Whether text may be coloured. */
  readonly isColoured: boolean;
}
