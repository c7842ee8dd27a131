/** The process itself: what a shell and a pipe get. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { describeWith } from '../support/programs.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cftunnel(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('the process', () => {
  it('exits with the code of the command, and prints plain text into a pipe', async () => {
    expect(await cftunnel('version', '--client')).toEqual({
      code: 0,
      stdout: `PROGRAM    VERSION\ncftunnel   ${VERSION}\n`,
      stderr: '',
    });
  });

  it('prints a failure in one line on standard error', async () => {
    expect(await cftunnel('get', '--kubeconfig=/nowhere')).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^cftunnel: .*\/nowhere.*\n$/),
    });
  });

  it('exits with 2 for wrong usage', async () => {
    expect(await cftunnel('explain')).toMatchObject({
      code: 2,
      stderr: "cftunnel: missing required argument 'host' (see --help)\n",
    });
  });

  it('ends quietly when the reader of a pipe has seen enough', async () => {
    const child = spawn(process.execPath, [MAIN, 'completion', 'zsh']);
    child.stdout.destroy();
    let errors = '';
    child.stderr.on('data', (text) => (errors += String(text)));

    const code = await new Promise((resolve) => child.once('close', resolve));

    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });
});

describeWith('kubectl', 'as a plugin', (kubectl) => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cftunnel-plugin-'));
    writeFileSync(join(folder, 'kubectl-cftunnel'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    chmodSync(join(folder, 'kubectl-cftunnel'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gets its arguments from kubectl, and kubectl its exit code', async () => {
    const env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder };
    const ended = await new Promise((resolve) => {
      const child = execFile(kubectl, ['cftunnel', 'version', '--clint'], { env }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });

    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: "cftunnel: unknown option '--clint', did you mean --client? (see --help)\n",
    });
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script for %s that asks this program', async (shell) => {
    const { code, stdout } = await cftunnel('completion', shell);

    expect(code).toBe(0);
    expect(stdout).toContain('cftunnel complete --');
  });

  it('of another shell is refused', async () => {
    const { code, stderr } = await cftunnel('completion', 'tcsh');

    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are bash, zsh, fish');
  });

  it.each([
    [['ex'], 'explain\tExplains a hostname: who has it, which rule and record lead to it, and why not.\n:4\n'],
    [['get', '--all'], '--all-namespaces\tAll namespaces.\n:4\n'],
    [['get', '-o', 'y'], 'yaml\t\n:4\n'],
    [['completion', 'z'], 'zsh\t\n:4\n'],
  ])('completes %j', async (words, stdout) => {
    expect(await cftunnel('complete', '--', ...words)).toEqual({ code: 0, stdout, stderr: '' });
  });
});
