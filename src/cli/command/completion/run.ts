import { RootCommand, script } from '@bomb.sh/tab';
import type { CommandDefinition, FlagDefinition, RunCommand } from '../../frame/definition.ts';
import { EXIT } from '../../frame/exit-code.ts';

/** The package prints the script itself. */
export const printScript: RunCommand = ({ args }) => {
  script(args[0] ?? 'bash', 'cftunnel', 'cftunnel');
  return Promise.resolve(EXIT.done);
};

/** Prints what may follow the words, one candidate a line, with its meaning. */
export const complete: RunCommand = ({ args }, _, commands) => {
  const root = new RootCommand();
  for (const definition of commands.filter(({ isHidden }) => isHidden !== true)) describe(root, definition);
  root.parse([...args]);
  return Promise.resolve(EXIT.done);
};

function describe(root: RootCommand, { name, summary, flags, arguments: positional = [] }: CommandDefinition): void {
  const command = root.command(name, summary);
  for (const { name: argument, choices = [], isVariadic = false } of positional)
    command.argument(argument, offer(choices), isVariadic);
  for (const flag of flags) {
    const { short, meaning } = flag;
    if (flag.value === undefined) command.option(flag.name, meaning, short);
    else command.option(flag.name, meaning, offer(choicesOf(flag)), short);
  }
}

function choicesOf({ choices = [] }: FlagDefinition): readonly string[] {
  return choices;
}

function offer(choices: readonly string[]): (add: (value: string, meaning: string) => void) => void {
  return (add) => {
    for (const choice of choices) add(choice, '');
  };
}
