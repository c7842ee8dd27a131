import { type Flag, FLAGS, type FlagScope } from './cloudflared-flags.ts';
import { isFlagText } from './flag-text.ts';

/** A parsed command line. `values` are its settings, by full flag name. */
export interface CommandLine {
  readonly command: 'run' | 'version' | 'other';
  readonly values: ReadonlyMap<string, string>;
  readonly positional: readonly string[];
}

/** An invalid command line, with cloudflared's message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Parses `cloudflared [flags] tunnel [flags] run [flags] [UUID]` without the program name. Throws `UsageError`. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const values = new Map<string, string>();
  const afterProgram = takeFlags(argv, 'tunnel', values);
  if (afterProgram[0] === 'version') return { command: 'version', values, positional: [] };
  if (afterProgram[0] !== 'tunnel') return { command: 'other', values, positional: afterProgram };
  const afterTunnel = takeFlags(afterProgram.slice(1), 'tunnel', values);
  if (afterTunnel[0] !== 'run') return { command: 'other', values, positional: afterTunnel };
  return { command: 'run', values, positional: takeFlags(afterTunnel.slice(1), 'run', values) };
}

/** Moves leading flags into `values`, and returns the remaining arguments. */
function takeFlags(argv: readonly string[], place: FlagScope, values: Map<string, string>): readonly string[] {
  const [first, ...rest] = argv;
  if (first === undefined || !first.startsWith('-') || first === '-') return argv;
  if (first === '--') return rest;
  const [, name = '', inline] = /^--?([^=]*)(?:=(.*))?$/s.exec(first) ?? [];
  const known = FLAGS.find((candidate) => candidate.places.includes(place) && isCalled(candidate, name));
  if (known === undefined) throw usageError(place, `flag provided but not defined: -${name}`);
  const takesNext = inline === undefined && known.type !== 'boolean';
  if (takesNext && rest[0] === undefined) throw usageError(place, `flag needs an argument: -${name}`);
  const text = inline ?? (takesNext ? (rest[0] ?? '') : 'true');
  if (!isFlagText(known.type, text)) throw usageError(place, invalidValue(known, name, text));
  values.set(known.name, text);
  return takeFlags(takesNext ? rest.slice(1) : rest, place, values);
}

/** Commands with and without subcommands use different formats. */
function usageError(place: FlagScope, message: string): UsageError {
  return new UsageError(`Incorrect Usage${place === 'run' ? ':' : '.'} ${message}`);
}

function invalidValue({ type }: Flag, name: string, text: string): string {
  return type === 'boolean'
    ? `invalid boolean value "${text}" for -${name}: parse error`
    : `invalid value "${text}" for flag -${name}: parse error`;
}

function isCalled(candidate: Flag, name: string): boolean {
  return candidate.name === name || candidate.aliases.includes(name);
}
