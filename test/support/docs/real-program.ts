/** Has a real program read a command, so that commands and flags that do not exist are found. */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { parseArguments } from './arguments.ts';

const run = promisify(execFile);

/** With `--help`, kubectl and helm read all flags, and then only print how the command is used. */
export async function flagProblems(program: string, words: readonly string[]): Promise<readonly string[]> {
  const end = words.indexOf('--');
  const own = end === -1 ? words : words.slice(0, end);
  try {
    const env = { PATH: process.env['PATH'], HOME: tmpdir() };
    const { stdout } = await run(program, [...own, '--help'], { env });
    return groupProblems(stdout, own);
  } catch (error) {
    const { stderr } = error as { readonly stderr: string };
    return [stderr.split('\n')[0] ?? stderr];
  }
}

/** The help of a group such as `kubectl rollout` lists its commands, so a further word is not one of them. */
function groupProblems(help: string, words: readonly string[]): readonly string[] {
  const [, usage = ''] = /^Usage:\n? +(.+)$/m.exec(help) ?? [];
  const path = usage.split(' ');
  const unknown = parseArguments(words).positional.filter((word) => word !== '-' && !path.includes(word));
  return /^Available Commands:/m.test(help) && unknown.length > 0
    ? [`there is no command ${unknown[0]}: ${usage}`]
    : [];
}
