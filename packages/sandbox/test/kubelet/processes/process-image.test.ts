import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endContainer } from '../../../src/kubelet/end-container.ts';
import { type Container, type ContainerStart, KILLED } from '../../../src/kubelet/image.ts';
import type { Mount } from '../../../src/kubelet/mounts.ts';
import { processImage } from '../../../src/kubelet/processes/process-image.ts';
import { eventually } from '../../edge/eventually.ts';
import { aContainerStart } from '../a-container.ts';

const running: Container[] = [];
let sharedFolder: string;

beforeEach(() => {
  sharedFolder = mkdtempSync(path.join(tmpdir(), 'cftunnel-shared-'));
});

afterEach(async () => {
  rmSync(sharedFolder, { recursive: true, force: true });
  await Promise.all(running.splice(0).map((container) => endContainer(container, 0)));
});

/** Runs a script as the program of a container. Its output is the log. */
function run(script: string, more: Partial<ContainerStart> = {}): { container: Container; log: string[] } {
  const log: string[] = [];
  const image = processImage({
    matches: /./,
    program: process.execPath,
    entrypoint: ['program', '-e', script],
    prepare: (container) => container,
  });
  const container = image.start(aContainerStart({ log: (line) => log.push(line), ...more }));
  running.push(container);
  return { container, log };
}

/** A folder that the container shares with the test. */
function shared(): Mount {
  return { kind: 'shared', path: '/run/shared', folder: () => sharedFolder };
}

/** Has a script run when the test calls `tell`. */
function untilTold(script: string): string {
  return `const fs = require("node:fs"); const timer = setInterval(() => {
    if (!fs.existsSync(process.env.TOLD)) return; clearInterval(timer); ${script} }, 5);`;
}

/** One in a volume, and one that is mounted alone. */
function bothFiles(text: string): Map<string, string> {
  return new Map(['/etc/app/rules', '/etc/single'].map((file) => [file, text]));
}

function tell(): void {
  writeFileSync(path.join(sharedFolder, 'told'), '');
}

const PRINT = 'console.log(JSON.stringify(process.env)); console.log(process.argv.slice(1).join("|"))';

describe('a container as a process', () => {
  it('has only its own environment and PATH', async () => {
    const { container, log } = run(PRINT, { env: { NAME: 'value' } });

    expect(await container.exited).toBe(0);
    const env = JSON.parse(log[0] ?? '') as Record<string, string>;
    expect(Object.keys(env).toSorted()).toEqual(['HOME', 'NAME', 'PATH']);
    expect(existsSync(env['HOME'] ?? '')).toBe(false);
  });

  it('finds its files at the paths in arguments, environment and files, and leaves none behind', async () => {
    const config = '/etc/app/config.yaml';
    const key = '/etc/app/secrets/key';
    const files = new Map([
      [config, `key-file: ${key}`],
      [key, 's3cret'],
    ]);
    const read = 'const fs = require("node:fs"); const config = fs.readFileSync(process.argv[1], "utf8");';
    const follow =
      'console.log(fs.readFileSync(config.split(": ")[1], "utf8"), fs.readFileSync(process.env.KEY, "utf8"));';
    const { container, log } = run(`${read}${follow}console.log(process.argv[1])`, {
      args: [config],
      env: { KEY: key },
      files,
    });

    expect(await container.exited).toBe(0);
    expect(log[0]).toBe('s3cret s3cret');
    expect(log[1]?.endsWith(config)).toBe(true);
    expect(existsSync(path.dirname(log[1] ?? ''))).toBe(false);
  });

  it('sees changes of its volumes, but not of a file that is mounted alone', async () => {
    const print = 'for (const file of process.argv.slice(1)) console.log(fs.readFileSync(file, "utf8"));';
    const { container, log } = run(untilTold(print), {
      args: ['/etc/app/rules', '/etc/single'],
      env: { TOLD: '/run/shared/told' },
      files: bothFiles('old'),
      mounts: [{ kind: 'projected', path: '/etc/app' }, shared()],
    });

    container.refresh?.(bothFiles('new'));
    tell();

    expect(await container.exited).toBe(0);
    expect(log).toEqual(['new', 'old']);
  });

  it('translates a path only as a whole', async () => {
    const { container, log } = run(PRINT, {
      args: ['config=/etc/app/a', '/etc/application', '/var/etc/app', 'unix:/etc/app'],
      mounts: [{ kind: 'projected', path: '/etc/app' }],
    });

    expect(await container.exited).toBe(0);
    const root = (JSON.parse(log[0] ?? '') as Record<string, string>)['HOME'] ?? '';
    expect(log[1]?.split('|')).toEqual([
      `config=${root}/etc/app/a`,
      '/etc/application',
      '/var/etc/app',
      `unix:${root}/etc/app`,
    ]);
  });

  it('listens on the loopback address of its Pod instead of all interfaces', async () => {
    const { container, log } = run(PRINT, { env: { METRICS: '0.0.0.0:2000' }, args: ['[::]:80', ':81', '10.0.0.0:1'] });

    expect(await container.exited).toBe(0);
    expect(log[0]).toContain('"METRICS":"127.16.0.9:2000"');
    expect(log[1]).toBe('127.16.0.9:80|127.16.0.9:81|10.0.0.0:1');
  });

  it('has a port address until it ends', async () => {
    const { container } = run('process.stdin.resume(); setTimeout(() => {}, 1e6)');

    expect(container.addressOf(2000)).toBe('127.16.0.9:2000');
    await endContainer(container, 0);
    expect(container.addressOf(2000)).toBeUndefined();
  });

  it.each([
    { case: 'its own exit code', script: 'process.exit(3)', code: 3 },
    { case: 'the signal that ended it', script: 'process.kill(process.pid, "SIGABRT")', code: 134 },
  ])('ends with $case', async ({ script, code }) => {
    expect(await run(script).container.exited).toBe(code);
  });

  it('ends after SIGTERM, with its remaining output', async () => {
    const { container, log } = run(
      'process.on("SIGTERM", () => { console.log("bye"); process.exit(0); }); console.log("up"); setInterval(() => {}, 1e6)',
    );
    await eventually(() => log.includes('up'));

    expect(await endContainer(container, 10_000)).toBe(0);
    expect(log).toEqual(['up', 'bye']);
  });

  it('is killed if it does not end within the grace period', async () => {
    const { container, log } = run('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1e6)');
    await eventually(() => log.includes('up'));

    expect(await endContainer(container, 20)).toBe(KILLED);
  });

  it('that cannot be started reports the reason', async () => {
    const log: string[] = [];
    const image = processImage({
      matches: /./,
      program: '/no/such/program',
      entrypoint: [],
      prepare: (start) => start,
    });

    const { exited } = image.start(aContainerStart({ log: (line) => log.push(line) }));

    expect(await exited).toBe(127);
    expect(log.join()).toContain('ENOENT');
  });
});

describe('the end of the parent', () => {
  it('ends the container, even if the parent is killed', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-orphan-'));
    const module = path.resolve(import.meta.dirname, '../../../src/kubelet/processes/end-with-parent.ts');
    const script = `
      const { spawn } = await import('node:child_process');
      const { endWithParent } = await import(${JSON.stringify(module)});
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e6)'], { detached: true, stdio: 'ignore' });
      endWithParent(child, [process.argv[1]]);
      console.log(child.pid);
      setInterval(() => {}, 1e6);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
    });
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');

    await eventually(() => !isAlive(pid) && !existsSync(folder));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
