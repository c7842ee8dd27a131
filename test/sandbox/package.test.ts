import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../..');
const TSC = programOf('typescript', 'bin/tsc');
const ROLLDOWN = programOf('rolldown', 'bin/cli.mjs');

/** Another project, with the package among its dependencies. */
let project: string;

/** As `npm run build:sandbox` builds it, but elsewhere. */
beforeAll(async () => {
  project = mkdtempSync(path.join(tmpdir(), 'cftunnel-package-'));
  const installed = path.join(project, 'node_modules/cftunnel-operator');
  const dist = path.join(installed, 'dist');
  mkdirSync(installed, { recursive: true });
  cpSync(path.join(ROOT, 'package.json'), path.join(installed, 'package.json'));
  symlinkSync(path.join(ROOT, 'node_modules/@types'), path.join(project, 'node_modules/@types'));
  const args = ['-c', 'rolldown.sandbox.config.mjs', '-d', dist, '--log-level', 'silent'];
  await run(process.execPath, [ROLLDOWN, ...args], { cwd: ROOT });
  await run(process.execPath, ['tools/gen-sandbox-types.mjs', path.join(dist, 'types')], { cwd: ROOT });
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

it('the sandbox that other projects import starts, answers and ends, with nothing of ours beside it', async () => {
  const script = `
    import { startSandbox } from 'cftunnel-operator/sandbox';
    const sandbox = await startSandbox();
    const { status } = await fetch(sandbox.kubernetes.url + '/version');
    await sandbox.stop();
    console.log(status);`;

  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: project });

  expect(stdout).toBe('200\n');
});

it('its types are known there, down to a typo', async () => {
  const fine = `
    import { type Sandbox, type SandboxOptions, startSandbox } from 'cftunnel-operator/sandbox';
    const options: SandboxOptions = { timeScale: 20, edge: { lostRequests: 'repeated' } };
    const sandbox: Sandbox = await startSandbox(options);
    const { id } = sandbox.cloudflare.backdoor.addAccount({ name: 'test' });
    sandbox.cloudflare.backdoor.addZone({ name: 'example.com', account: id });
    const token: string = sandbox.cloudflare.backdoor.addToken();
    const fired: number = sandbox.cloudflare.faults.add({ effect: { kind: 'stall-body' } }).fired();
    sandbox.edge.connections()[0]?.drop();
    await sandbox.stop();
    export { fired, token };`;
  const typo = `
    import { startSandbox } from 'cftunnel-operator/sandbox';
    await startSandbox({ timescale: 20 });`;
  writeFileSync(path.join(project, 'fine.mts'), fine);
  writeFileSync(path.join(project, 'typo.mts'), typo);

  expect(await typeCheck('fine.mts', 'typo.mts')).toMatch(
    /^typo\.mts\(3,26\): error .*'timescale' does not exist.*\n$/,
  );
});

/** What the compiler has to say, of the package's declarations too. */
async function typeCheck(...files: readonly string[]): Promise<string> {
  const flags = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--types', 'node'];
  const compiling = run(process.execPath, [TSC, ...flags, ...files], { cwd: project });
  const { stdout } = await compiling.catch((error: { readonly stdout: string }) => error);
  return stdout;
}

function programOf(name: string, program: string): string {
  return path.join(path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), program);
}
