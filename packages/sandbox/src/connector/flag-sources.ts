import { type Flag, FLAGS, type FlagType } from './cloudflared-flags.ts';
import { EarlyExit } from './early-exit.ts';
import { isFlagText } from './flag-text.ts';
import { parseGoDuration } from './go-duration.ts';

const GO_TYPE: Readonly<Record<FlagType, string>> = {
  string: 'string',
  strings: 'string slice',
  boolean: 'boolean',
  integer: 'int',
  duration: 'duration',
};

/**
 * The flags set in the environment, by full name. Unknown variables are ignored. An invalid value makes the process
 * exit with 0 and without a message, as cloudflared does.
 */
export function flagsFromEnvironment(env: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    FLAGS.flatMap(({ name, env: variable, type }) => {
      const text = variable === undefined ? undefined : env[variable];
      if (text === undefined || text === '') return [];
      if (!isFlagText(type, text)) throw new EarlyExit(0, '');
      return [[name, text] as const];
    }),
  );
}

/** The flags set in the configuration file, by full name, except those that `isSet` reports. */
export function flagsFromFile(
  config: Readonly<Record<string, unknown>>,
  isSet: (flag: string) => boolean,
): Map<string, string> {
  return new Map(
    FLAGS.filter(({ name }) => name in config && !isSet(name)).map((flag) => [
      flag.name,
      readFileValue(flag, config[flag.name]),
    ]),
  );
}

function readFileValue({ name, type }: Flag, value: unknown): string {
  if (type === 'duration' && typeof value === 'string') {
    if (parseGoDuration(value) === undefined) throw new EarlyExit(1, `time: invalid duration "${value}"`);
    return value;
  }
  if (!isOfType(type, value)) {
    throw new EarlyExit(1, `expected ${GO_TYPE[type]} found ${goTypeOf(value)} for ${name}`);
  }
  return Array.isArray(value) ? value.join(',') : String(value);
}

function isOfType(type: FlagType, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'strings') return Array.isArray(value);
  return typeof value === type;
}

function goTypeOf(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[interface {}]interface {}';
}
