import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The output of a command. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether a real kubectl is available. */
export function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The real kubectl with its own home, so that nothing of the user's is read, cached or changed. */
export class Kubectl {
  readonly #home = mkdtempSync(join(tmpdir(), 'kubectl-'));

  constructor(kubeconfig: string) {
    writeFileSync(join(this.#home, 'config'), kubeconfig);
  }

  /** Runs `kubectl <words>`. Arguments with spaces go into `rest`. */
  async run(words: string, ...rest: readonly string[]): Promise<Output> {
    const env = { PATH: process.env['PATH'], HOME: this.#home, KUBECONFIG: join(this.#home, 'config') };
    try {
      const { stdout, stderr } = await run('kubectl', [...words.split(' '), ...rest], { env });
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as Output;
      return { code, stdout, stderr };
    }
  }

  /** Writes a manifest and returns its path. */
  file(name: string, ...objects: readonly unknown[]): string {
    const path = join(this.#home, name);
    writeFileSync(path, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    return path;
  }

  remove(): void {
    rmSync(this.#home, { recursive: true });
  }
}
