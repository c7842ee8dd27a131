/** The image, made from the steps of its Dockerfile without Docker, and started as a cluster starts it. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { load } from 'js-yaml';
import { type KubernetesSandbox, startKubernetes } from 'cftunnel-sandbox/kubernetes/server';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import { Client } from 'cftunnel-sandbox/testing/kubernetes-client';
import { DEFINITIONS } from 'cftunnel-sandbox/testing/objects';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { type BuiltImage, buildImage } from './build.ts';
import { addBase, becomesUser, canContain, ownerOf, startInImage } from './container.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(path.join(tmpdir(), 'cftunnel-image-'));
chmodSync(scratch, 0o755);
let image: BuiltImage;
let files: readonly string[];

beforeAll(() => {
  image = buildImage(ROOT, scratch);
  files = readdirSync(image.root, { recursive: true, encoding: 'utf8' }).toSorted();
});
afterAll(() => rmSync(scratch, { recursive: true }));

// Invariant 46.
describe('the image', () => {
  it('contains the program, what it consists of, and the licences, and nothing else', () => {
    expect(files).toEqual([
      'app',
      ...['LICENSE', 'THIRD_PARTY_LICENSES', 'main.js', 'sbom.cdx.json'].map((file) => `app/${file}`),
    ]);
  });

  it('has a base without a shell, and a user who is not root', () => {
    expect(image.base).toMatch(/\/distroless\/nodejs24-\S+:nonroot$/);
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('starts Node with the program, without a shell', () => {
    const [node, ...rest] = image.command;

    expect(node).toBe('/nodejs/bin/node');
    expect(rest.at(-1)).toBe('/app/main.js');
    expect(rest.slice(0, -1).filter((flag) => !flag.startsWith('--'))).toEqual([]);
  });

  it('says what it contains, in the version of the release', () => {
    const bom = JSON.parse(readFileSync(path.join(image.root, 'app/sbom.cdx.json'), 'utf8')) as object;

    expect(bom).toMatchObject({ metadata: { component: { name: 'cftunnel-operator', version: VERSION } } });
  });
});

const contained = canContain ? describe : describe.skip;

contained(`a container of the image${canContain ? '' : ' (left out: needs the right to mount)'}`, () => {
  let cluster: KubernetesSandbox;

  beforeAll(async () => {
    cluster = await startKubernetes();
    await new Client(cluster.url).post(
      DEFINITIONS,
      load(readFileSync(path.join(ROOT, 'crds/tunnels.cftunnel.io.yaml'), 'utf8')),
    );
    addBase(image, { 'var/run/kubeconfig': cluster.kubeconfig() });
  });
  afterAll(() => cluster.stop());

  it('starts, gets ready, and stops, with a read-only file system that has nothing else', async () => {
    const port = await freePort();
    const flags = {
      kubeconfig: '/var/run/kubeconfig',
      'health-bind-address': `127.0.0.1:${port}`,
      'metrics-bind-address': '127.0.0.1:0',
    };
    const operator = startInImage(image, [
      ...image.command,
      ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    ]);
    const ended = outputOf(operator);
    const answer = async (probe: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}/${probe}`)).status;

    await Promise.race([eventually(async () => expect(await answer('healthz')).toBe(200)), ended.then(failed)]);
    await eventually(async () => expect(await answer('readyz')).toBe(200));
    const owner = ownerOf(operator);
    operator.kill('SIGTERM');
    const { code, output } = await ended;

    expect(owner).toBe(becomesUser ? image.user : `${process.getuid?.()}:${process.getgid?.()}`);
    expect(code).toBe(0);
    expect(output.trim().split('\n').map(levelOf)).not.toContain('error');
  });

  it('answers --version', async () => {
    expect(await outputOf(startInImage(image, [...image.command, '--version']))).toEqual({
      code: 0,
      output: `cftunnel-operator ${VERSION}\n`,
    });
  });

  it('lets nobody write', async () => {
    const script = `
      const [, , , options] = fs.readFileSync('/proc/self/mounts', 'utf8').match(/^\\S+ \\/ .*$/m)[0].split(' ');
      const attempt = () => fs.writeFileSync('/app/main.js', '');
      let outcome = 'written';
      try { attempt(); } catch ({ code }) { outcome = code; }
      console.log(options.split(',')[0], outcome);`;
    const node = image.command[0] ?? '';
    const { output } = await outputOf(startInImage({ ...image, environment: {} }, [node, '--eval', script]));

    expect(output).toMatch(/^ro (EROFS|EACCES)\n$/);
  });
});

async function outputOf(child: ChildProcess): Promise<{ readonly code: unknown; readonly output: string }> {
  const streams = [child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream)));
  const [[code], ...output] = await Promise.all([once(child, 'close'), ...streams]);
  return { code, output: output.join('') };
}

function failed({ code, output }: { readonly code: unknown; readonly output: string }): never {
  throw new Error(`the container ended with ${String(code)}: ${output}`);
}

/** Of a line of the log. A line that is not of the log is an error. */
function levelOf(line: string): string {
  return line.startsWith('{') ? (JSON.parse(line) as { readonly level: string }).level : 'error';
}
