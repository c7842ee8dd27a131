import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import { loadKubeConfig } from '../../../src/adapters/kubernetes/kube-config.ts';
import { RestClient } from '../../../src/adapters/kubernetes/rest-client.ts';
import { json } from '../../support/answers.ts';
import { aConnectProxy, aSecureServer } from '../../support/connect-proxy.ts';
import { aServer } from '../../support/loopback-server.ts';

const VARIABLES = ['KUBECONFIG', 'HOME'] as const;
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-config-'));
  process.env['HOME'] = folder;
  delete process.env['KUBECONFIG'];
});
afterEach(() => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(folder, { recursive: true });
});

interface Entries {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
}

function configOf(name: string, { cluster = {}, user = { token: 'secret' }, context = {} }: Entries = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: 'cluster', user: name, ...context } }],
    clusters: [{ name: 'cluster', cluster: { server: `https://${name}:6443`, ...cluster } }],
    users: [{ name, user }],
  };
}

/** An error with this message, whatever its cause is. */
function saying(message: string): unknown {
  return expect.objectContaining({ message });
}

function write(config: object | string, name = 'config'): string {
  const file = join(folder, name);
  writeFileSync(file, typeof config === 'string' ? config : dump(config));
  return file;
}

function serverIn(file?: string, context?: string): string | undefined {
  return loadKubeConfig(file, context).getCurrentCluster()?.server;
}

describe('a kubeconfig', () => {
  it('is read from the given file', () => {
    process.env['KUBECONFIG'] = write(configOf('from-environment'), 'environment');

    const config = loadKubeConfig(write(configOf('from-file')));

    expect(config.getCurrentCluster()?.server).toBe('https://from-file:6443');
    expect(config.getCurrentUser()?.token).toBe('secret');
  });

  it('is read from KUBECONFIG if no file is given, and else from the home folder', () => {
    mkdirSync(join(folder, '.kube'));
    write(configOf('from-home'), '.kube/config');
    expect(serverIn()).toBe('https://from-home:6443');

    process.env['KUBECONFIG'] = write(configOf('from-environment'));
    expect(serverIn()).toBe('https://from-environment:6443');
  });

  it('is merged from several files as kubectl does it: the first one counts, and a missing one does not', () => {
    const files = [join(folder, 'missing'), write(configOf('first'), 'first'), write(configOf('second'), 'second')];
    process.env['KUBECONFIG'] = files.join(':');

    expect(serverIn()).toBe('https://first:6443');
    expect(loadKubeConfig(undefined, 'second').getCurrentUser()?.name).toBe('second');
  });

  it('may have a context without a user, to which the settings of the cluster apply all the same', async () => {
    const cluster = { 'insecure-skip-tls-verify': true };
    const options = {};

    await loadKubeConfig(write(configOf('open', { cluster, context: { user: '' } }))).applyToHTTPSOptions(options);

    expect(options).toMatchObject({ rejectUnauthorized: false });
  });

  it.each([
    ['without a scheme', {}, 'http://10.0.0.1:8080'],
    ['without a scheme, with a CA', { 'certificate-authority-data': 'eA==' }, 'https://10.0.0.1:8080'],
    [
      'without a scheme, with a certificate that is not checked',
      { 'insecure-skip-tls-verify': true },
      'https://10.0.0.1:8080',
    ],
  ])('may name its server %s', (_, cluster, server) => {
    expect(serverIn(write(configOf('bare', { cluster: { server: '10.0.0.1:8080', ...cluster } })))).toBe(server);
  });
});

describe('a kubeconfig that cannot be used is named with what is wrong, and none of it is quoted', () => {
  const broken = 'users:\n- name: me\n  user: {token: s3cret-token\n';

  it.each([
    ['not YAML', broken, 'line 4 is not valid YAML'],
    ['empty', '', 'expected a document, but the input is empty'],
    ['another file', 'clusters: [7]', 'clusters[0].name is missing'],
    ['without a document', 'null', 'this is not a kubeconfig'],
    ['without a name of a cluster', 'clusters: [{cluster: {server: x}}]', 'clusters[0].name is missing'],
    [
      'with a file that is missing',
      configOf('a', { user: { 'token-file': '/no/token' } }),
      '/no/token: there is no such file or folder',
    ],
  ])('%s', (_, content, why) => {
    const file = write(content);

    expect(() => loadKubeConfig(file)).toThrow(saying(`kubeconfig ${file}: ${why}`));
  });

  it.each([
    [
      'no current context',
      { ...configOf('a'), 'current-context': '' },
      undefined,
      'the kubeconfig has no current context. Give --context. Its contexts: a',
    ],
    ['another context', configOf('a'), 'b', 'the kubeconfig has no context b. Its contexts: a'],
    [
      'no such cluster',
      configOf('a', { context: { cluster: 'x' } }),
      undefined,
      'context a of the kubeconfig names the cluster x, which is not in it',
    ],
    [
      'no such user',
      configOf('a', { context: { user: 'x' } }),
      undefined,
      'context a of the kubeconfig names the user x, who is not in it',
    ],
    [
      'no URL',
      configOf('a', { cluster: { server: 'ftp://x' } }),
      undefined,
      'cluster cluster of the kubeconfig has the server ftp://x, which is not a URL',
    ],
    [
      'no proxy',
      configOf('a', { cluster: { 'proxy-url': 'me:secret@proxy' } }),
      undefined,
      'cluster cluster of the kubeconfig has a proxy-url that is not an http, https or socks5 URL',
    ],
  ])('%s', (_, content, context, why) => {
    expect(() => loadKubeConfig(write(content), context)).toThrow(saying(why));
  });

  it.each([
    ['a file', () => loadKubeConfig('/no/config'), 'kubeconfig /no/config: there is no such file or folder'],
    ['a folder', () => loadKubeConfig('/'), 'kubeconfig /: it is a folder'],
    [
      'none at all',
      () => loadKubeConfig(undefined),
      'there is no kubeconfig: KUBECONFIG is not set, and ~/.kube/config does not exist',
    ],
  ])('%s that is not there', (_, load, why) => {
    expect(load).toThrow(saying(why));
  });

  it('none of the files in KUBECONFIG', () => {
    process.env['KUBECONFIG'] = '/no/a:/no/b';

    expect(() => loadKubeConfig(undefined)).toThrow(saying('there is no kubeconfig at /no/a, /no/b (KUBECONFIG)'));
  });
});

function call(config: object): Promise<unknown> {
  const rest = new RestClient(loadKubeConfig(write(config)));
  return rest.json('GET', '/version').finally(() => rest.close());
}

describe('a call with a kubeconfig', () => {
  it('goes over plain HTTP if its server says so, as with kubectl', async () => {
    const server = await aServer();
    server.on('GET /version', json({ gitVersion: 'v1' }));

    expect(await call(configOf('plain', { cluster: { server: server.url } }))).toEqual({ gitVersion: 'v1' });
    expect(server.requests('GET /version').entries[0]?.headers.authorization).toBe('Bearer secret');
  });

  it('goes through the proxy of its cluster', async () => {
    const server = await aSecureServer('api.example.test', '{"gitVersion":"v1"}');
    const proxy = await aConnectProxy(server.port);
    const cluster = {
      server: `https://api.example.test:${server.port}`,
      'certificate-authority-data': Buffer.from(server.cert).toString('base64'),
      'proxy-url': `http://me:secret@127.0.0.1:${proxy.port}`,
    };

    expect(await call(configOf('far', { cluster }))).toEqual({ gitVersion: 'v1' });
    expect(proxy.requests.map(({ target }) => target)).toEqual([`api.example.test:${server.port}`]);
  });

  it.each([
    ['is not installed', { command: 'no-such-plugin' }, 'the program no-such-plugin is not installed'],
    [
      'fails',
      { command: 'sh', args: ['-c', 'echo log in first >&2; exit 1'] },
      'the program sh has failed: log in first',
    ],
    ['prints something else', { command: 'echo', args: ['s3cret'] }, 'the program echo has printed no ExecCredential'],
    ['prints another object', { command: 'echo', args: ['{}'] }, 'the program echo has printed no ExecCredential'],
  ])('says so if the program for its credentials %s', async (_, exec, why) => {
    const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', ...exec } };

    await expect(call(configOf('cloud', { user }))).rejects.toThrow(
      saying(`the kubeconfig gives no credentials: ${why}`),
    );
  });

  it('names a file of its credentials that is not there', async () => {
    await expect(call(configOf('cloud', { user: { 'client-key': '/no/key' } }))).rejects.toThrow(
      saying('the kubeconfig gives no credentials: /no/key: there is no such file or folder'),
    );
  });

  it('says that a web server is no API server', async () => {
    const server = await aServer();
    server.on('GET /version', (response) => void response.end('<html>'));

    await expect(call(configOf('web', { cluster: { server: server.url } }))).rejects.toThrow(
      saying(`no answer from the Kubernetes API: ${server.url} answers with something else than JSON`),
    );
  });
});
