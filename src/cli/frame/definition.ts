/** How a command is declared. The parser, `--help`, shell completion and docs/cli.md use the same declaration. */
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

export interface CommandDefinition {
  readonly name: string;
  /** Not in the list of commands: a program calls it. */
  readonly isHidden?: boolean;
  /** One sentence. */
  readonly summary: string;
  readonly arguments?: readonly ArgumentDefinition[];
  readonly flags: readonly FlagDefinition[];
  /** A command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /** What the command means by a code, where it means more than done, failed and wrong usage. */
  readonly exitCodes?: Readonly<Partial<Record<ExitCode, string>>>;
  /** Loads the code that runs, so that a command costs only the modules that it needs. */
  readonly load: () => Promise<{ readonly run: RunCommand }>;
}

export interface ArgumentDefinition {
  readonly name: string;
  readonly meaning: string;
  readonly isOptional?: boolean;
  readonly isVariadic?: boolean;
  readonly choices?: readonly string[];
}

export interface FlagDefinition {
  readonly name: string;
  readonly short?: string;
  /** Placeholder of the value. Absent: the flag is a switch. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly isRepeatable?: boolean;
  readonly meaning: string;
  /** What is wrong with a value; `undefined` if nothing. */
  readonly check?: (value: string) => string | undefined;
}

/** `commands`: all of them, for what describes the command line itself. */
export type RunCommand = (given: Given, io: Io, commands: readonly CommandDefinition[]) => Promise<ExitCode>;

/** The arguments and flags of a call. */
export interface Given {
  readonly args: readonly string[];
  readonly isOn: (flag: string) => boolean;
  readonly text: (flag: string) => string | undefined;
  readonly list: (flag: string) => readonly string[];
}
