import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const run = promisify(execFile);
const PACKAGE = path.resolve(import.meta.dirname, '..');
const MODULES = path.resolve(PACKAGE, '../../node_modules');
const TSC = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const MANIFEST = path.join(PACKAGE, 'package.json');
const { dependencies } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { readonly dependencies: object };

/** Another project that depends on the package. */
let project: string;
let installed: string;

/** Installs the result of `npm pack`, and links the dependencies, so that no registry is needed. */
beforeAll(async () => {
  project = mkdtempSync(path.join(tmpdir(), 'cftunnel-package-'));
  installed = path.join(project, 'node_modules/cftunnel-sandbox');
  mkdirSync(installed, { recursive: true });
  cpSync(MANIFEST, path.join(installed, 'package.json'));
  for (const name of ['@types', ...Object.keys(dependencies)]) link(name);
  const build = ['-p', path.join(PACKAGE, 'tsconfig.build.json'), '--outDir', path.join(installed, 'dist')];
  await run(process.execPath, [TSC, ...build]);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

it('starts, answers and stops in another project', async () => {
  const script = `
    import { startSandbox } from 'cftunnel-sandbox';
    const sandbox = await startSandbox();
    const { status } = await fetch(sandbox.kubernetes.url + '/version');
    await sandbox.stop();
    console.log(status);`;

  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: project });

  expect(stdout).toBe('200\n');
});

it('prints its usage', async () => {
  const { stdout } = await run(process.execPath, [path.join(installed, 'dist/main.js'), '--help']);

  expect(stdout).toMatch(/^Usage: cftunnel-sandbox /);
});

it('provides types that detect a typo there', async () => {
  const fine = `
    import { type Sandbox, type SandboxOptions, startSandbox } from 'cftunnel-sandbox';
    const options: SandboxOptions = { timeScale: 20, edge: { lostRequests: 'repeated' } };
    const sandbox: Sandbox = await startSandbox(options);
    const { id } = sandbox.cloudflare.admin.addAccount({ name: 'test' });
    sandbox.cloudflare.admin.addZone({ name: 'example.com', account: id });
    const token: string = sandbox.cloudflare.admin.addToken();
    const fired: number = sandbox.cloudflare.faults.add({ effect: { kind: 'stall-body' } }).fired();
    sandbox.edge.connections()[0]?.drop();
    await sandbox.stop();
    export { fired, token };`;
  const typo = `
    import { startSandbox } from 'cftunnel-sandbox';
    await startSandbox({ timescale: 20 });`;
  writeFileSync(path.join(project, 'fine.mts'), fine);
  writeFileSync(path.join(project, 'typo.mts'), typo);

  expect(await typeCheck('fine.mts', 'typo.mts')).toMatch(
    /^typo\.mts\(3,26\): error .*'timescale' does not exist.*\n$/,
  );
});

function link(name: string): void {
  const place = path.join(project, 'node_modules', name);
  mkdirSync(path.dirname(place), { recursive: true });
  symlinkSync(path.join(MODULES, name), place);
}

/** The output of the compiler, which also checks the declarations of the package. */
async function typeCheck(...files: readonly string[]): Promise<string> {
  const flags = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--types', 'node'];
  const compiling = run(process.execPath, [TSC, ...flags, ...files], { cwd: project });
  const { stdout } = await compiling.catch((error: { readonly stdout: string }) => error);
  return stdout;
}
