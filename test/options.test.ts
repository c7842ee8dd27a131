import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { FLAGS, type Options, parseOptions, variableOf } from '../src/options.ts';
import { VERSION } from '../src/version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

function options(args: readonly string[], env: Environment = {}, podNamespace?: string): Options {
  const parsed = parseOptions(args, env, podNamespace);
  if (parsed.kind !== 'options') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

describe('without flags', () => {
  it('every option has its documented default', () => {
    expect(options([])).toEqual({
      clusterName: undefined,
      watchNamespace: undefined,
      servesGatewayApi: true,
      leaderElect: true,
      namespace: 'cftunnel-system',
      metricsBindAddress: ':8080',
      metricsHostnames: 500,
      healthBindAddress: ':8081',
      driftIntervalMs: 600_000,
      workers: 4,
      logLevel: 'info',
      logFormat: 'json',
      cloudflareBaseUrl: 'https://api.cloudflare.com/client/v4',
      kubeconfig: undefined,
    });
  });

  it('the Lease is in the namespace of the Pod', () => {
    expect(options([], {}, 'tunnels').namespace).toBe('tunnels');
    expect(options(['--namespace', 'other'], {}, 'tunnels').namespace).toBe('other');
  });
});

describe('a start for development', () => {
  const ROOT = join(import.meta.dirname, '..');
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };

  it.each(['start', 'dev'])('listens only on loopback: npm run %s', (script) => {
    const [, file = ''] = /--env-file=(\S+)/.exec(scripts[script] ?? '') ?? [];

    expect(options([], parseEnv(readFileSync(join(ROOT, file), 'utf8')))).toMatchObject({
      metricsBindAddress: '127.0.0.1:8080',
      healthBindAddress: '127.0.0.1:8081',
    });
  });
});

describe('the Gateway API', () => {
  it.each([
    { args: [], isServed: true },
    { args: ['--watch-namespace=shop'], isServed: false },
    { args: ['--watch-namespace=shop', '--gateway-api=auto'], isServed: false },
    { args: ['--watch-namespace=shop', '--gateway-api=true'], isServed: true },
  ])('is served with $args: $isServed', ({ args, isServed }) => {
    expect(options(args).servesGatewayApi).toBe(isServed);
  });
});

describe('a flag', () => {
  const GIVEN = [
    { flag: 'cluster-name', value: 'prod-1', option: { clusterName: 'prod-1' } },
    { flag: 'watch-namespace', value: 'web', option: { watchNamespace: 'web' } },
    { flag: 'gateway-api', value: 'true', option: { servesGatewayApi: true } },
    { flag: 'leader-elect', value: 'false', option: { leaderElect: false } },
    { flag: 'namespace', value: 'tunnels', option: { namespace: 'tunnels' } },
    { flag: 'metrics-bind-address', value: '127.0.0.1:0', option: { metricsBindAddress: '127.0.0.1:0' } },
    { flag: 'metrics-hostnames', value: '0', option: { metricsHostnames: 0 } },
    { flag: 'health-bind-address', value: '[::1]:9000', option: { healthBindAddress: '[::1]:9000' } },
    { flag: 'drift-interval', value: '1m30s', option: { driftIntervalMs: 90_000 } },
    { flag: 'workers', value: '64', option: { workers: 64 } },
    { flag: 'log-level', value: 'debug', option: { logLevel: 'debug' } },
    { flag: 'log-format', value: 'pretty', option: { logFormat: 'pretty' } },
    {
      flag: 'cloudflare-base-url',
      value: 'http://127.0.0.1:8787/client/v4/',
      option: { cloudflareBaseUrl: 'http://127.0.0.1:8787/client/v4' },
    },
    { flag: 'kubeconfig', value: '/home/me/my config', option: { kubeconfig: '/home/me/my config' } },
    { flag: 'pod-proxy', value: 'http://127.0.0.1:8888', option: { podProxy: new URL('http://127.0.0.1:8888') } },
  ];

  it('is tested here, whatever it is', () => {
    expect(GIVEN.map(({ flag }) => flag)).toEqual(FLAGS.map(({ name }) => name));
  });

  it.each(GIVEN)('--$flag is accepted as a separate argument, after =, and from the environment', (row) => {
    const { flag, value, option } = row;

    expect(options([`--${flag}`, value])).toMatchObject(option);
    expect(options([`--${flag}=${value}`])).toMatchObject(option);
    expect(options([], { [variableOf(flag)]: value })).toMatchObject(option);
  });

  it('is written in the environment in capitals, with a prefix', () => {
    expect(variableOf('metrics-bind-address')).toBe('CFTUNNEL_METRICS_BIND_ADDRESS');
  });

  it('takes precedence over the environment, and the last of several counts', () => {
    expect(options(['--workers=1', '--workers=2'], { CFTUNNEL_WORKERS: '3' }).workers).toBe(2);
  });

  it('keeps its default when its variable is empty', () => {
    expect(parseOptions([], { CFTUNNEL_WORKERS: '' }, undefined)).toMatchObject({ options: { workers: 4 } });
  });

  it('stands for true without a value if it is boolean', () => {
    const env = { CFTUNNEL_LEADER_ELECT: 'false' };

    expect(options(['--leader-elect'], env).leaderElect).toBe(true);
    expect(options(['--leader-elect', '--workers=2'], env)).toMatchObject({ leaderElect: true, workers: 2 });
  });

  it('can have a value with = in it', () => {
    expect(options(['--kubeconfig=/a=b']).kubeconfig).toBe('/a=b');
  });
});

describe('the Cloudflare API', () => {
  const env = { CLOUDFLARE_BASE_URL: 'http://common:1/client/v4', CFTUNNEL_CLOUDFLARE_BASE_URL: 'http://own:2' };

  it('can be set with the variable of the SDK', () => {
    expect(options([], { CLOUDFLARE_BASE_URL: env.CLOUDFLARE_BASE_URL }).cloudflareBaseUrl).toBe(
      'http://common:1/client/v4',
    );
  });

  it("is taken from the flag, then from the operator's own variable", () => {
    expect(options([], env).cloudflareBaseUrl).toBe('http://own:2');
    expect(options(['--cloudflare-base-url=http://flag:3'], env).cloudflareBaseUrl).toBe('http://flag:3');
  });
});

describe('an invalid value', () => {
  it.each([
    { flag: 'cluster-name', value: 'Prod', because: 'a name of at most 40 characters' },
    { flag: 'cluster-name', value: 'a/b', because: 'a name of at most 40 characters' },
    { flag: 'cluster-name', value: 'a'.repeat(41), because: 'a name of at most 40 characters' },
    { flag: 'watch-namespace', value: 'a,b', because: 'a Kubernetes name' },
    { flag: 'namespace', value: '-a', because: 'a Kubernetes name' },
    { flag: 'namespace', value: 'a'.repeat(64), because: 'a Kubernetes name' },
    { flag: 'leader-elect', value: 'yes', because: 'true, false' },
    { flag: 'metrics-bind-address', value: '8080', because: 'host:port' },
    { flag: 'metrics-bind-address', value: ':http', because: 'host:port' },
    { flag: 'metrics-hostnames', value: '-1', because: 'from 0 to 99999' },
    { flag: 'metrics-hostnames', value: 'all', because: 'from 0 to 99999' },
    { flag: 'health-bind-address', value: ':65536', because: 'host:port' },
    { flag: 'drift-interval', value: '10', because: 'a duration' },
    { flag: 'drift-interval', value: '0s', because: 'at least 1s' },
    { flag: 'drift-interval', value: '500ms', because: 'at least 1s' },
    { flag: 'workers', value: '0', because: 'from 1 to 64' },
    { flag: 'workers', value: '65', because: 'from 1 to 64' },
    { flag: 'workers', value: '-1', because: 'from 1 to 64' },
    { flag: 'workers', value: '2.5', because: 'from 1 to 64' },
    { flag: 'log-level', value: 'trace', because: 'debug, info, warn, error' },
    { flag: 'log-format', value: 'text', because: 'json, pretty' },
    { flag: 'cloudflare-base-url', value: 'api.cloudflare.com', because: 'an http or https URL' },
    { flag: 'cloudflare-base-url', value: 'ftp://api.cloudflare.com', because: 'an http or https URL' },
    { flag: 'cloudflare-base-url', value: 'http://[', because: 'an http or https URL' },
    { flag: 'pod-proxy', value: '127.0.0.1:8888', because: 'a URL such as http://127.0.0.1:8888' },
    { flag: 'pod-proxy', value: 'http://proxy', because: 'a URL such as http://127.0.0.1:8888' },
  ])('$value of --$flag is rejected with the reason', ({ flag, value, because }) => {
    const fromFlag = parseOptions([`--${flag}`, value], {}, undefined);
    const fromEnvironment = parseOptions([], { [variableOf(flag)]: value }, undefined);

    expect(fromFlag).toEqual({ kind: 'error', message: expect.stringContaining(because) });
    expect(fromFlag).toEqual({ kind: 'error', message: expect.stringContaining(`--${flag}: "${value}" must be `) });
    expect(fromEnvironment).toEqual(fromFlag);
  });

  it('is rejected if it is missing', () => {
    expect(parseOptions(['--workers'], {}, undefined)).toEqual({ kind: 'error', message: '--workers needs a value' });
    expect(parseOptions(['--workers', '--log-level=info'], {}, undefined)).toMatchObject({ kind: 'error' });
  });
});

describe('an unknown flag', () => {
  it.each([
    { arg: '--worker', meant: '--workers' },
    { arg: '--log-levle=debug', meant: '--log-level' },
    { arg: '--leaderelect', meant: '--leader-elect' },
  ])('$arg is rejected, with a suggestion', ({ arg, meant }) => {
    expect(parseOptions([arg], {}, undefined)).toEqual({
      kind: 'error',
      message: `unknown flag ${arg}, did you mean ${meant}? (--help lists them all)`,
    });
  });

  it.each(['--nothing-like-it', '-w', 'serve', '--'])('%s is rejected', (arg) => {
    expect(parseOptions([arg], {}, undefined)).toEqual({
      kind: 'error',
      message: `unknown flag ${arg} (--help lists them all)`,
    });
  });
});

describe('help', () => {
  it.each(['--help', '-h'])(
    '%s lists every flag with its meaning and default, whatever other flags are given',
    (arg) => {
      const parsed = parseOptions(['--nonsense', arg], {}, undefined);

      if (parsed.kind !== 'text') throw new Error(JSON.stringify(parsed));
      for (const flag of FLAGS) {
        const line = parsed.text.split('\n').find((candidate) => candidate.includes(`--${flag.name} `));
        expect(line).toContain(flag.meaning);
        expect(line).toContain(flag.default);
      }
    },
  );
});

describe('the version', () => {
  it('is printed whatever other flags are given', () => {
    expect(parseOptions(['--workers=0', '--version'], {}, undefined)).toEqual({
      kind: 'text',
      text: `cftunnel-operator ${VERSION}\n`,
    });
  });
});
