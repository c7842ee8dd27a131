import { EXPLAIN_COMMAND } from './command/explain/command.ts';
import { GET_COMMAND } from './command/get/command.ts';
import { PLAN_COMMAND } from './command/plan/command.ts';
import { STEER_COMMANDS } from './command/steer/commands.ts';
import { VERSION_COMMAND } from './command/version/command.ts';
import type { CommandDefinition } from './frame/definition.ts';

/** Every command, in the order in which `--help` lists them. A new command is one entry. */
export const COMMANDS: readonly CommandDefinition[] = [
  GET_COMMAND,
  EXPLAIN_COMMAND,
  PLAN_COMMAND,
  ...STEER_COMMANDS,
  VERSION_COMMAND,
];
