/** Which programs the commands of pages may start, and what is checked of each without running it. */
import type { ShellCommand } from './shell.ts';
import { parseArguments } from './arguments.ts';
import { cftunnelProblems } from './cftunnel.ts';
import { kubectlProblems } from './kubectl.ts';
import { helmProblems } from './helm.ts';
import { npmProblems, npxProblems } from './npm.ts';
import { containerProblems, nodeProblems } from './operator-command.ts';
import { pathProblem } from './paths.ts';

type Check = (words: readonly string[], kinds: ReadonlySet<string>) => readonly string[];

/** Programs of others of which only these commands occur. */
const KNOWN_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  docker: ['build', 'push', 'pull', 'run', 'load', 'buildx'],
  kustomize: ['edit', 'build'],
  cloudflared: ['tunnel', 'access'],
  git: ['clone', 'tag', 'push', 'log'],
  cosign: ['verify', 'verify-blob'],
  gh: ['attestation'],
};

/** Programs of others with arguments that are not checked, except that paths exist. */
const PATHS_ONLY = new Set(
  'curl jq grep head tail cat echo ssh psql openssl date sleep cp ln source sha256sum'.split(' '),
);

const CHECKS: Readonly<Record<string, Check>> = {
  kubectl: (words, kinds) => {
    if (words[0] === 'cftunnel') return cftunnelProblems(words.slice(1));
    if (isPlugin(words[0])) return [];
    return [...kubectlProblems(words, kinds), ...containerProblems(parseArguments(words).rest)];
  },
  cftunnel: cftunnelProblems,
  helm: helmProblems,
  npm: npmProblems,
  npx: npxProblems,
  node: nodeProblems,
};

/** What is wrong with a command. `kinds`: the names under which the cluster knows kinds. */
export function commandProblems({ words }: ShellCommand, kinds: ReadonlySet<string>): readonly string[] {
  const [program = '', ...rest] = words;
  const check = CHECKS[program];
  if (check !== undefined) return check(rest, kinds);
  const paths = rest.flatMap((word) => pathProblem(word) ?? []);
  if (PATHS_ONLY.has(program)) return paths;
  const known = KNOWN_COMMANDS[program];
  if (known === undefined) return [`nothing checks the program ${program}: add it to test/support/docs/programs.ts`];
  return known.includes(rest[0] ?? '') ? paths : [`nothing checks ${program} ${rest[0] ?? ''}`];
}

/** Whether kubectl has another program run the command. */
export function isPlugin(command: string | undefined): boolean {
  return command === 'cftunnel' || command === 'krew';
}

/** Whether code in a sentence is a command, and not the name of a file, field or program. */
export function isCommand(code: string): boolean {
  const [program = '', second] = code.split(' ');
  return second !== undefined && (Object.hasOwn(CHECKS, program) || Object.hasOwn(KNOWN_COMMANDS, program));
}
