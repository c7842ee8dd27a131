import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/connector/cloudflared-settings.ts';

const ID = '6ff42ae2-765d-4adf-8112-31c55c1551ef';
const CREDENTIALS = { AccountTag: 'account', TunnelID: ID, TunnelSecret: 'c2VjcmV0' };
const TOKEN = Buffer.from(JSON.stringify({ a: 'account', t: ID, s: 'dG9rZW4=' })).toString('base64');
const RUN = ['tunnel', 'run'];

const EDGE = { host: '127.0.0.1', port: 7844, caPem: 'the authority' };

/** The environment that every process in the sandbox gets for the edge, and that of the test. */
const start = (argv: readonly string[], env: Record<string, string> = {}, files: Record<string, string> = {}) => ({
  argv,
  env: { TUNNEL_EDGE: Array.from({ length: 4 }, () => '127.0.0.1:7844').join(), TUNNEL_CACERT: '/ca.pem', ...env },
  files: new Map(Object.entries({ '/ca.pem': 'the authority', ...files })),
});

describe('credentials', () => {
  const all = {
    TUNNEL_TOKEN: TOKEN,
    TUNNEL_TOKEN_FILE: '/token',
    TUNNEL_CRED_CONTENTS: JSON.stringify({ ...CREDENTIALS, TunnelSecret: 'Y29udGVudHM=' }),
    TUNNEL_CRED_FILE: '/credentials.json',
  };
  const files = {
    '/token': `${Buffer.from(JSON.stringify({ a: 'account', t: ID, s: 'ZmlsZQ==' })).toString('base64')}\n`,
    '/credentials.json': JSON.stringify(CREDENTIALS),
  };

  it.each([
    { case: 'the token', left: all, secret: 'dG9rZW4=' },
    { case: 'then the token file', left: { ...all, TUNNEL_TOKEN: '' }, secret: 'ZmlsZQ==' },
    { case: 'then the contents', left: { ...all, TUNNEL_TOKEN: '', TUNNEL_TOKEN_FILE: '' }, secret: 'Y29udGVudHM=' },
    { case: 'then the file', left: { TUNNEL_CRED_FILE: all.TUNNEL_CRED_FILE }, secret: 'c2VjcmV0' },
  ])('are taken from $case', ({ left, secret }) => {
    const { credentials } = readSettings(start([...RUN, ID], left, files));

    expect(credentials).toEqual({ accountTag: 'account', tunnelId: ID, tunnelSecret: secret });
  });

  it.each([
    { case: 'the argument', argv: [...RUN, ID], config: '{}' },
    { case: 'the configuration file', argv: RUN, config: `tunnel: ${ID}` },
    { case: 'the credentials if the tunnel is named', argv: [...RUN, 'home'], config: '{}' },
  ])('take the tunnel id from $case', ({ argv, config }) => {
    const settings = readSettings(
      start(argv, { TUNNEL_CRED_FILE: '/credentials.json' }, { ...files, '/etc/cloudflared/config.yaml': config }),
    );

    expect(settings.credentials.tunnelId).toBe(ID);
  });

  it('may be specified in the configuration file', () => {
    const config = `tunnel: ${ID}\ncredentials-file: /credentials.json`;

    const settings = readSettings(start(['tunnel', '--config', '/c.yaml', 'run'], {}, { ...files, '/c.yaml': config }));

    expect(settings.credentials.tunnelSecret).toBe('c2VjcmV0');
    expect(settings.configYaml).toBe(config);
  });
});

describe('the command line', () => {
  const withToken = { TUNNEL_TOKEN: TOKEN };

  it('takes precedence over the environment, which takes precedence over the file', () => {
    const files = { '/c.yaml': 'grace-period: 3s\nretries: 3\nha-connections: 3' };
    const env = { ...withToken, TUNNEL_GRACE_PERIOD: '2s', TUNNEL_RETRIES: '2' };

    const settings = readSettings(start(['tunnel', '--config=/c.yaml', '--grace-period', '1s', 'run'], env, files));

    expect(settings).toMatchObject({ gracePeriodMs: 1000, retries: 2, edges: [EDGE, EDGE, EDGE] });
  });

  it('accepts flags of tunnel before run and before tunnel', () => {
    const argv = ['--no-autoupdate', 'tunnel', '--metrics', '0.0.0.0:2000', '-retries=1', 'run', '--token', TOKEN];

    expect(readSettings(start(argv))).toMatchObject({ metrics: { port: 2000 }, retries: 1 });
  });

  it.each([
    { address: '0.0.0.0:2000', host: '0.0.0.0' },
    { address: ':2000', host: '0.0.0.0' },
    { address: '[::]:2000', host: '::' },
    { address: '127.0.0.1:2000', host: '127.0.0.1' },
  ])('makes metrics listen on $address', ({ address, host }) => {
    expect(readSettings(start(RUN, { ...withToken, TUNNEL_METRICS: address })).metrics).toEqual({ host, port: 2000 });
  });

  it('has the defaults of the container image', () => {
    expect(readSettings(start(RUN, withToken))).toMatchObject({
      metrics: { host: '0.0.0.0', port: 20241 },
      gracePeriodMs: 30_000,
      retries: 5,
      edges: [EDGE, EDGE, EDGE, EDGE],
      configYaml: undefined,
    });
  });

  it('ends the process for --version', () => {
    expect(() => readSettings(start(['version']))).toThrow(
      expect.objectContaining({ name: 'EarlyExit', code: 0, message: 'cloudflared version 2026.8.2' }),
    );
  });

  it('ends the process if the CA of the edge is missing', () => {
    expect(() => readSettings(start(['tunnel', '--cacert', '/x', 'run', '--token', TOKEN]))).toThrow(
      expect.objectContaining({ code: 1, message: expect.stringContaining('open /x: no such file') }),
    );
  });
});
