/** Reads the arguments of a command as kubectl and helm do. */

export interface Arguments {
  readonly positional: readonly string[];
  /** By name, with dashes, such as `-n` or `--timeout`. A flag without a value has an empty one. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** What follows `--`. */
  readonly rest: readonly string[];
}

/** Flags whose value is the next word, where no `=` gives it. */
const VALUED = new Set(
  '-n -l -o -f -k -p -c -L -w --namespace --type --field-selector --timeout --for --context --kubeconfig --as'
    .concat(' --set --set-string --set-file --values --version')
    .split(' '),
);

export function parseArguments(words: readonly string[]): Arguments {
  const end = words.indexOf('--');
  const positional: string[] = [];
  const flags = new Map<string, string[]>();
  const own = end === -1 ? words : words.slice(0, end);
  for (let at = 0; at < own.length; at += 1) {
    const word = own[at] ?? '';
    if (!word.startsWith('-') || word === '-') {
      positional.push(word);
      continue;
    }
    const [, name = '', value] = /^([^=]+)(?:=([^]*))?$/.exec(word) ?? [];
    const isNext = value === undefined && VALUED.has(name);
    if (isNext) at += 1;
    flags.set(name, [...(flags.get(name) ?? []), isNext ? (own[at] ?? '') : (value ?? '')]);
  }
  return { positional, flags, rest: end === -1 ? [] : words.slice(end + 1) };
}

/** The values of any of these flags. */
export function valuesOf({ flags }: Arguments, ...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => flags.get(name) ?? []);
}

/** Whether a word stands for something that the reader puts in, as NAME, YOUR_TOKEN or $HOST do. */
export function isPlaceholder(word: string): boolean {
  return word.includes('$') || word.includes('...') || /^[A-Z][A-Z0-9_-]*$/.test(word);
}
