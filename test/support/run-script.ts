import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a script as a separate process with its own core and inherited output. Returns its exit code. */
export async function runScript(script: string, flags: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [script, ...flags], { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
