/** Mistakes of people who use the command line for the first time: each is answered in one sentence. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import { content, failure, json } from '../support/answers.ts';
import { kubeconfigFor } from '../support/cli-process.ts';
import { aServer } from '../support/loopback-server.ts';
import { shared } from '../support/shared.ts';
import { type Run, runWith, startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);

const COMMANDS = [
  ['get'],
  ['get', '-A'],
  ['explain', 'app.example.com'],
  ['plan', '-f', '-'],
  ['suspend', 'home', '--wait'],
  ['adopt', 'home'],
  ['migrate'],
  ['migrate', 'adyanth', '--apply'],
  ['uninstall', '--yes'],
] as const;

const KINDS = [
  ['/api/v1', 'services'],
  ['/api/v1', 'configmaps'],
  ['/api/v1', 'namespaces'],
  ['/apis/networking.k8s.io/v1', 'ingresses'],
  ['/apis/networking.k8s.io/v1', 'ingressclasses'],
  ['/apis/cftunnel.io/v1alpha1', 'tunnels'],
] as const;

const WEB = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } };

/** Runs a command line against a server that answers everything alike. */
function runAgainst(server: string, args: readonly string[]): Promise<Run> {
  const file = join(cli.folder, 'other.yaml');
  writeFileSync(file, kubeconfigFor(server));
  return runWith({ env: { KUBECONFIG: file }, stdin: dump(WEB) }, ...args);
}

const ONE_SENTENCE = /^cftunnel: [^\n{}]{10,300}\n$/;
const OF_NODE = /undefined|null|\bE[A-Z]{4,}\b|Error\b|\bat .*:\d+/;

describe.each(COMMANDS.map((args) => ({ line: args.join(' '), args })))('$line', ({ args }) => {
  it('without an API server that answers', async () => {
    const { code, out, err } = await runAgainst('http://127.0.0.1:1', args);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('127.0.0.1:1 refuses the connection');
    expect(err).toMatch(ONE_SENTENCE);
    expect(err).not.toMatch(OF_NODE);
  });

  it('with a web server in place of an API server', async () => {
    const server = await aServer();
    for (const [group, plural] of KINDS)
      for (const place of ['', 'namespaces/default/'])
        server.on(`GET ${group}/${place}${plural}`, content('<html>', 'text/html'));
    for (const path of ['tunnels/home', 'secrets/cloudflare'])
      server.on(`GET /apis/cftunnel.io/v1alpha1/namespaces/default/${path}`, content('<html>', 'text/html'));
    server.on('GET /api/v1/namespaces/default/secrets/cloudflare', content('<html>', 'text/html'));

    const { code, out, err } = await runAgainst(server.url, args);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('answers with something else than JSON');
    expect(err).toMatch(ONE_SENTENCE);
    expect(err).not.toMatch(OF_NODE);
  });
});

describe('without any right', () => {
  it.each(COMMANDS.map((args) => ({ line: args.join(' '), args })))('$line', async ({ args }) => {
    const server = await aServer();
    const forbidden = failure(403, 'Forbidden', 'services is forbidden: User "me" cannot list resource "services"');
    for (const [group, plural] of KINDS)
      for (const place of ['', 'namespaces/default/']) server.on(`GET ${group}/${place}${plural}`, forbidden);
    server.on('GET /apis/cftunnel.io/v1alpha1/namespaces/default/tunnels/home', forbidden);
    server.on('GET /api/v1/namespaces/default/secrets/cloudflare', forbidden);

    const { code, err } = await runAgainst(server.url, args);

    expect(code).toBe(1);
    expect(err).toMatch(/forbidden|may not/);
    expect(err).toMatch(ONE_SENTENCE);
  });
});

describe('without the definition of Tunnels', () => {
  it.each(
    COMMANDS.filter(([name]) => !['migrate', 'uninstall', 'adopt'].includes(name)).map((args) => ({
      line: args.join(' '),
      args,
    })),
  )('$line', async ({ args }) => {
    const server = await aServer();
    for (const [group, plural] of KINDS.slice(0, -1)) server.on(`GET ${group}/${plural}`, json({ items: [] }));
    for (const plural of ['services', 'configmaps', 'ingresses'])
      server.on(`GET /api/v1/namespaces/default/${plural}`, json({ items: [] }));
    server.on('GET /apis/networking.k8s.io/v1/namespaces/default/ingresses', json({ items: [] }));

    const { code, err } = await runAgainst(server.url, args);

    expect({ code, err }).toEqual({
      code: 1,
      err: 'cftunnel: this cluster does not know the kind Tunnel, because cftunnel-operator is not installed in it\n',
    });
  });
});

describe('names that cannot be', () => {
  it.each([
    [['get', '-n', ''], '--namespace: "" is not the name of a namespace'],
    [['uninstall', '--yes', '-n', ''], '--namespace: "" is not the name of a namespace'],
    [['suspend', 'home/'], '"home/" is not the name of a Tunnel, as in home or default/home'],
    [['suspend', 'a/b/c'], '"a/b/c" is not the name of a Tunnel, as in home or default/home'],
  ])('%j', async (args, why) => {
    expect(await cli.run(...args)).toEqual({ code: 2, out: '', err: `cftunnel: ${why}\n` });
  });
});

describe('files that cannot be', () => {
  const web = (metadata: object, rest: object = {}): string =>
    dump({ ...WEB, ...rest, metadata: { name: 'web', ...metadata } });

  it.each([
    ['a comment', '# nothing', 'the files contain no objects'],
    [
      'a number',
      web({ annotations: { 'cftunnel.io/port': 80 } }),
      'standard input: document 1 (Service web) has a value of metadata.annotations that is not a text: put that of cftunnel.io/port into quotes',
    ],
    [
      'a namespace',
      web({ namespace: 7 }),
      'standard input: document 1 (Service web) has a namespace that is not a text: put it into quotes',
    ],
    [
      'no spec',
      dump({ ...WEB, spec: undefined }, { skipInvalid: true }),
      'the API server would not accept Service default/web. See: kubectl apply --dry-run=server',
    ],
    [
      'ports that are no list',
      web({ annotations: { 'cftunnel.io/hostname': 'a.example.com' } }, { spec: { ports: 80 } }),
      'the API server would not accept Service default/web. See: kubectl apply --dry-run=server',
    ],
    [
      'rules that are no list',
      dump({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'web' },
        spec: { ingressClassName: 'cftunnel', rules: 7 },
      }),
      'the API server would not accept Ingress default/web. See: kubectl apply --dry-run=server',
    ],
  ])('%s', async (_, text, why) => {
    expect(await cli.runWithInput(text, 'plan', '-f', '-')).toEqual({ code: 1, out: '', err: `cftunnel: ${why}\n` });
  });

  it('a folder that is empty, and one that looks like a file', async () => {
    const empty = join(cli.folder, 'empty');
    mkdirSync(join(cli.folder, 'folder', 'a.yaml'), { recursive: true });
    mkdirSync(empty, { recursive: true });

    expect(await cli.run('plan', '-f', empty)).toMatchObject({
      code: 1,
      err: 'cftunnel: the files contain no objects\n',
    });
    expect(await cli.run('plan', '-f', join(cli.folder, 'folder'))).toMatchObject({
      code: 1,
      err: `cftunnel: ${join(cli.folder, 'folder', 'a.yaml')}: it is a folder\n`,
    });
  });

  it('standard input twice', async () => {
    expect(await cli.run('plan', '-f', '-', '--cluster-state', '-')).toMatchObject({
      code: 2,
      err: 'cftunnel: standard input can be read only once: give a file for one of them\n',
    });
  });
});
