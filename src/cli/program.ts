/** Builds the parser from the declarations of the commands, runs a command line, and turns failures into sentences. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { suggest } from '../core/suggest.ts';
import { VERSION } from '../version.ts';
import { COMMANDS } from './commands.ts';
import type { ArgumentDefinition, CommandDefinition, FlagDefinition, Given } from './frame/definition.ts';
import { CommandError, EXIT, type ExitCode, usageError } from './frame/exit-code.ts';
import type { Io } from './frame/io.ts';

/** Runs a command line and returns the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = createProgram(io, (exitCode) => {
    code = exitCode;
  });
  try {
    await program.parseAsync([...commandFirst(args)], { from: 'user' });
    return code;
  } catch (error) {
    return report(error, io);
  }
}

/** Flags may come before the command, as in `kubectl -n shop get`. */
function commandFirst(args: readonly string[]): readonly string[] {
  const at = args.findIndex((arg) => COMMAND_NAMES.includes(arg));
  const [command] = args.slice(at, at + 1);
  const hasFlags = args[0]?.startsWith('-') === true && args[0] !== '--version';
  return command === undefined || !hasFlags ? args : [command, ...args.slice(0, at), ...args.slice(at + 1)];
}

/** `done` gets the exit code of the command that has run. */
export function createProgram(io: Io, done: (code: ExitCode) => void): Command {
  const program = new Command('cftunnel')
    .description('Shows and steers what cftunnel-operator puts on the internet.')
    .version(VERSION, '--version', 'Show the version of this program.')
    .helpOption('-h, --help', 'Show this help.')
    .helpCommand('help [command]', 'Shows help on a command.')
    .exitOverride()
    .configureOutput({ writeOut: io.out.write, writeErr: io.err.write, outputError: () => undefined })
    .configureHelp({ showGlobalOptions: false, subcommandTerm: (command) => command.name() })
    .addHelpText('after', '\nWith kubectl: kubectl cftunnel. Help on a command: cftunnel COMMAND --help');
  for (const definition of COMMANDS) {
    const { isHidden: hidden = false } = definition;
    program.addCommand(commandFor(definition, io, done).copyInheritedSettings(program), { hidden });
  }
  return program;
}

function commandFor(definition: CommandDefinition, io: Io, done: (code: ExitCode) => void): Command {
  const command = new Command(definition.name)
    .description(definition.summary)
    .helpOption('-h, --help', 'Show this help.');
  for (const argument of definition.arguments ?? []) command.addArgument(argumentFor(argument));
  for (const flag of definition.flags) command.addOption(optionFor(flag));
  command.addHelpText('after', () => helpAfter(definition));
  return command.action(async () => {
    const given = givenOf(command);
    const { run } = await definition.load();
    done(await run(given, io, COMMANDS));
  });
}

function argumentFor({ name, meaning, isOptional = false, isVariadic = false, choices }: ArgumentDefinition): Argument {
  const text = `${name}${isVariadic ? '...' : ''}`;
  const argument = new Argument(isOptional ? `[${text}]` : `<${text}>`, meaning);
  return choices === undefined ? argument : argument.choices(choices);
}

function optionFor(flag: FlagDefinition): Option {
  const { name, short, value, choices, meaning, isRepeatable = false } = flag;
  const option = new Option(
    `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` <${value}>`}`,
    meaning,
  );
  if (choices !== undefined) option.choices(choices);
  if (flag.default !== undefined) option.default(flag.default);
  if (isRepeatable) option.argParser<readonly string[]>((text, before) => [...(before ?? []), text]);
  else if (flag.check !== undefined) option.argParser((text: string) => checked(flag, text));
  return option;
}

function checked({ name, check }: FlagDefinition, text: string): string {
  const problem = check?.(text);
  if (problem !== undefined) throw usageError(`--${name}: "${text}" ${problem}`);
  return text;
}

function givenOf(command: Command): Given {
  const values = command.opts<Readonly<Record<string, unknown>>>();
  const valueOf = (flag: string): unknown =>
    values[flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
  return {
    args: command.processedArgs.flat().filter((argument): argument is string => typeof argument === 'string'),
    isOn: (flag) => valueOf(flag) === true,
    text(flag) {
      const value = valueOf(flag);
      return typeof value === 'string' ? value : undefined;
    },
    list(flag) {
      const value = valueOf(flag);
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

function helpAfter({ examples, exitCodes = {} }: CommandDefinition): string {
  const codes = Object.entries({ 0: 'done', 1: 'failed', 2: 'wrong usage', ...exitCodes });
  return [
    '',
    'Examples:',
    ...examples.flatMap(([line, meaning]) => [`  # ${meaning}`, `  ${line}`]),
    '',
    `Exit codes: ${codes.map(([code, meaning]) => `${code} ${meaning}`).join(', ')}`,
  ].join('\n');
}

/** What the user reads of a failure. */
function report(error: unknown, { err }: Io): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  // Commander has printed the help already.
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
  const { message, exitCode } = sayWhy(error);
  err.write(`cftunnel: ${message}\n`);
  return exitCode;
}

function sayWhy(error: unknown): { readonly message: string; readonly exitCode: ExitCode } {
  if (error instanceof CommandError) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof CommanderError) return { message: usageMessage(error), exitCode: EXIT.usage };
  if (isBug(error)) return { message: `this is a bug, please report it: ${error.stack}`, exitCode: EXIT.failed };
  return { message: error instanceof Error ? error.message : String(error), exitCode: EXIT.failed };
}

/** What only a programming error throws. Its stack helps whoever fixes it. */
function isBug(error: unknown): error is Error {
  return [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => error instanceof kind);
}

/** Commander's own message in one line, without its prefix. */
function usageMessage({ message }: CommanderError): string {
  const [first = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const word = /^unknown command '(.+)'/.exec(first)?.[1];
  const meant = /did you mean (?:one of )?(.+)\?/i.exec(hint)?.[1] ?? (word && suggest(word, COMMAND_NAMES));
  return `${first.replace(/\.$/, '')}${meant === undefined || meant === '' ? '' : `, did you mean ${meant}?`} (see --help)`;
}

const COMMAND_NAMES = COMMANDS.filter(({ isHidden }) => isHidden !== true).map(({ name }) => name);
