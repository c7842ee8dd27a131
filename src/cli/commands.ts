import { ADOPT_COMMAND } from './command/adopt/command.ts';
import { CHECK_COMMAND } from './command/check/command.ts';
import { COMPLETION_COMMANDS } from './command/completion/command.ts';
import { EXPLAIN_COMMAND } from './command/explain/command.ts';
import { GET_COMMAND } from './command/get/command.ts';
import { MIGRATE_COMMAND } from './command/migrate/command.ts';
import { PLAN_COMMAND } from './command/plan/command.ts';
import { STEER_COMMANDS } from './command/steer/commands.ts';
import { UNINSTALL_COMMAND } from './command/uninstall/command.ts';
import { VERSION_COMMAND } from './command/version/command.ts';
import type { CommandDefinition } from './frame/definition.ts';

/** Every command, in the order in which `--help` lists them. A new command is one entry. */
export const COMMANDS: readonly CommandDefinition[] = [
  CHECK_COMMAND,
  GET_COMMAND,
  EXPLAIN_COMMAND,
  PLAN_COMMAND,
  ...STEER_COMMANDS,
  ADOPT_COMMAND,
  MIGRATE_COMMAND,
  UNINSTALL_COMMAND,
  ...COMPLETION_COMMANDS,
  VERSION_COMMAND,
];
