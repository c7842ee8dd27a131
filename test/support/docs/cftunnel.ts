/** Whether the command line understands what pages type, with the parser that it has. */
import { CommanderError } from 'commander';
import type { Io } from '../../../src/cli/frame/io.ts';
import { CommandError } from '../../../src/cli/frame/exit-code.ts';
import { createProgram } from '../../../src/cli/program.ts';

const SILENT = { write: () => undefined, isColoured: false };
const IO: Io = {
  out: SILENT,
  err: SILENT,
  env: {},
  readStdin: async () => '',
  nowMs: () => 0,
  pause: async () => undefined,
};

/** `words` follow `cftunnel`, which alone prints its help. Nothing is run. */
export function cftunnelProblems(words: readonly string[]): readonly string[] {
  if (words.length === 0) return [];
  const program = createProgram(IO, () => undefined);
  for (const command of program.commands) command.action(() => undefined);
  try {
    program.parse([...words], { from: 'user' });
    return [];
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return [];
    if (error instanceof CommanderError || error instanceof CommandError) return [error.message];
    throw error;
  }
}
