import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a script as a process of its own, which uses a core of its own and prints where this one does; its exit code. */
export async function runScript(script: string, flags: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [script, ...flags], { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
