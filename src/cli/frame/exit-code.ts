/** What every command exits with. A command that means more by a code says so in its `exitCodes`. */
export const EXIT = { done: 0, failed: 1, usage: 2, changes: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What the user asked for cannot be done. The message is a sentence that says what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function usageError(message: string): CommandError {
  return new CommandError(message, EXIT.usage);
}
