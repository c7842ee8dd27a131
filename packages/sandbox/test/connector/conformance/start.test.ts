import { describe, expect, it } from '@jest/globals';
import type { ContainerStart } from '../../../src/kubelet/image.ts';
import { eventually } from '../../edge/eventually.ts';
import { CREDENTIALS } from '../a-connector.ts';
import { CREDENTIALS_JSON, running, SECRET, starting, SUBJECTS } from './subjects.ts';

interface Case extends Partial<ContainerStart> {
  readonly case: string;
  /** The configuration file, without the tunnel and credentials. */
  readonly config?: string;
}

interface Refused extends Case {
  readonly code: number;
  readonly says: RegExp;
}

const TOKEN_RUN = ['tunnel', 'run', '--token', 'nonsense'];
const ID = CREDENTIALS.tunnelId;
const rule = (originRequest: string) => `ingress: [{service: "http://x", originRequest: ${originRequest}}]`;

const MISUSES: readonly Refused[] = [
  {
    case: 'an unknown flag of tunnel',
    args: ['tunnel', '--nonsense', 'run'],
    code: 0,
    says: /^Incorrect Usage. flag provided but not defined: -nonsense$/m,
  },
  {
    case: 'an unknown flag of run',
    args: ['tunnel', 'run', '--nonsense'],
    code: 0,
    says: /^Incorrect Usage: flag provided but not defined: -nonsense$/m,
  },
  {
    case: 'a flag of tunnel after run',
    args: ['tunnel', 'run', '--metrics', 'x'],
    code: 0,
    says: /^Incorrect Usage: flag provided but not defined: -metrics$/m,
  },
  {
    case: 'a flag without its value',
    args: ['tunnel', 'run', '--token'],
    code: 0,
    says: /^Incorrect Usage: flag needs an argument: -token$/m,
  },
  {
    case: 'a malformed number',
    args: ['tunnel', '--retries', 'x', 'run'],
    code: 0,
    says: /^Incorrect Usage. invalid value "x" for flag -retries: parse error$/m,
  },
  {
    case: 'a malformed duration',
    args: ['tunnel', '--grace-period', 'abc', 'run'],
    code: 0,
    says: /^Incorrect Usage. invalid value "abc" for flag -grace-period: parse error$/m,
  },
  {
    case: 'a malformed boolean',
    args: ['tunnel', '--no-prechecks=maybe', 'run'],
    code: 0,
    says: /^Incorrect Usage. invalid boolean value "maybe" for -no-prechecks: parse error$/m,
  },
  { case: 'a malformed variable', env: { TUNNEL_RETRIES: 'x' }, code: 0, says: /^$/ },
  { case: 'two tunnels', args: ['tunnel', 'run', 'a', 'b'], code: 255, says: /accepts only one argument/ },
  { case: 'no tunnel', args: ['tunnel', 'run'], code: 255, says: /requires the ID or name of the tunnel to run/ },
  { case: 'an empty token', args: ['tunnel', 'run', '--token='], code: 255, says: /requires the ID or name/ },
  { case: 'a malformed token', args: TOKEN_RUN, code: 255, says: /Provided Tunnel token is not valid\./ },
  {
    case: 'a missing token file',
    args: ['tunnel', 'run', '--token-file', '/missing'],
    code: 255,
    says: /Failed to read token file: open \/missing: no such file or directory/,
  },
  {
    case: 'a tunnel without credentials',
    args: ['tunnel', 'run', ID],
    code: 1,
    says: /^tunnel credentials file not found$/m,
  },
  {
    case: 'the name of a tunnel without a certificate',
    args: ['tunnel', 'run', 'home'],
    code: 1,
    says: /^error parsing tunnel ID: Error locating origin cert: client didn't specify origincert path$/m,
  },
  {
    case: 'a missing credentials file',
    args: ['tunnel', '--cred-file', '/missing', 'run', ID],
    code: 1,
    says: /^Tunnel credentials file '\/missing' doesn't exist or is not a file$/m,
  },
  {
    case: 'a malformed credentials file',
    files: new Map([[SECRET, 'nonsense']]),
    code: 1,
    says: /^Invalid JSON when parsing tunnel credentials file$/m,
  },
  {
    case: 'a missing configuration file',
    args: ['tunnel', '--config', '/missing.yaml', 'run'],
    code: 1,
    says: /open \/missing\.yaml: no such file or directory/,
  },
  {
    case: 'a long grace period',
    env: { TUNNEL_GRACE_PERIOD: '4m' },
    code: 1,
    says: /grace-period must be equal or less than 3m0s/,
  },
  {
    case: 'an invalid IP version',
    env: { TUNNEL_EDGE_IP_VERSION: '5' },
    code: 1,
    says: /invalid value for edge-ip-version: 5/,
  },
  {
    case: 'a metrics address without a port',
    env: { TUNNEL_METRICS: 'abc' },
    code: 1,
    says: /failed to bind to address \(abc\): address abc: missing port in address/,
  },
];

const BAD_FILES: readonly Refused[] = [
  { case: 'invalid YAML', config: '{{{', code: 1, says: /^error parsing YAML in config file at / },
  { case: 'a duplicate key', config: 'a: 1\na: 2', code: 1, says: /^error parsing YAML in config file at / },
  {
    case: 'rules that are not a list',
    config: 'ingress: nope',
    code: 1,
    says: /cannot unmarshal !!str `nope` into \[\]config\.UnvalidatedIngressRule/,
  },
  {
    case: 'a rule that is not an object',
    config: 'ingress: [a]',
    code: 1,
    says: /cannot unmarshal !!str `a` into config\.UnvalidatedIngressRule/,
  },
  { case: 'a service that is a list', config: 'ingress: [{service: [a]}]', code: 1, says: /!!seq into string/ },
  { case: 'a service that is empty', config: 'ingress: [{service: null}]', code: 1, says: / is an invalid address/ },
  { case: 'a service that is a number', config: 'ingress: [{service: 5}]', code: 1, says: /5 is an invalid address/ },
  {
    case: 'a duration without a unit',
    config: rule('{connectTimeout: 30}'),
    code: 1,
    says: /cannot unmarshal !!int `30` into time\.Duration/,
  },
  {
    case: 'a duration without a unit for all rules',
    config: 'originRequest: {connectTimeout: 5}',
    code: 1,
    says: /cannot unmarshal !!int `5` into time\.Duration/,
  },
  { case: 'a quoted number', config: rule('{keepAliveConnections: "5"}'), code: 1, says: /!!str `5` into int/ },
  { case: 'a negative port', config: rule('{proxyPort: -1}'), code: 1, says: /!!int `-1` into uint/ },
  { case: 'a quoted boolean', config: rule('{noTLSVerify: "true"}'), code: 1, says: /!!str `true` into bool/ },
  { case: 'a number as boolean', config: rule('{noTLSVerify: 1}'), code: 1, says: /!!int `1` into bool/ },
  { case: 'settings that are a list', config: rule('[a]'), code: 1, says: /!!seq into config\.OriginRequestConfig/ },
  {
    case: 'a missing caPool',
    config: rule('{caPool: /missing.pem}'),
    code: 1,
    says: /failed to start origin: Error starting local service http:\/\/x: Error loading cert pool: .* \/missing\.pem/,
  },
  {
    case: 'an audience without a team',
    config: rule('{access: {required: true, audTag: [a]}}'),
    code: 1,
    says: /access\.TeamName cannot be blank when access\.audTags are present/,
  },
  { case: 'a quoted number as flag', config: 'retries: "3"', code: 1, says: /expected int found string for retries/ },
  { case: 'a fraction as flag', config: 'retries: 1.5', code: 1, says: /expected int found float64 for retries/ },
  { case: 'nothing as flag', config: 'retries:', code: 1, says: /expected int found <nil> for retries/ },
  {
    case: 'a text as switch',
    config: 'post-quantum: maybe',
    code: 1,
    says: /expected boolean found string for post-quantum/,
  },
  { case: 'a number as text', config: 'loglevel: 5', code: 1, says: /expected string found int for loglevel/ },
  { case: 'a text as list', config: 'tag: a=b', code: 1, says: /expected string slice found string for tag/ },
  {
    case: 'a number as duration',
    config: 'grace-period: 5',
    code: 1,
    says: /expected duration found int for grace-period/,
  },
  { case: 'a bad duration', config: 'grace-period: abc', code: 1, says: /time: invalid duration "abc"/ },
  {
    case: 'a last rule with a host',
    config: 'ingress: [{hostname: a.b, service: "http://x"}]',
    code: 1,
    says: /The last ingress rule must match all URLs/,
  },
  {
    case: 'two catch-all rules',
    config: 'ingress: [{service: "http://x"}, {service: "http://y"}]',
    code: 1,
    says: /Rule #1 is matching the hostname '', but this will match every hostname/,
  },
  {
    case: 'a host with a port',
    config: 'ingress: [{hostname: "a.b:80", service: "http://x"}, {service: "http://x"}]',
    code: 1,
    says: /Hostname cannot contain a port/,
  },
  {
    case: 'a wildcard in the middle',
    config: 'ingress: [{hostname: "a*b.c", service: "http://x"}, {service: "http://x"}]',
    code: 1,
    says: /Hostname patterns can have at most one wildcard character/,
  },
  {
    case: 'an invalid path pattern',
    config: 'ingress: [{path: "[", service: "http://x"}, {service: "http://x"}]',
    code: 1,
    says: /Rule #1 has an invalid regex: error parsing regexp: missing closing \]: `\[`/,
  },
  {
    case: 'a path in the service',
    config: 'ingress: [{service: "http://x/"}]',
    code: 1,
    says: /http:\/\/x\/ is an invalid address, ingress rules don't support proxying to a different path/,
  },
  { case: 'a status out of range', config: 'ingress: [{service: "http_status:99"}]', code: 1, says: /status code: 99/ },
];

const ACCEPTED: readonly Case[] = [
  { case: 'an empty file' },
  { case: 'no rules', config: 'ingress: []' },
  { case: 'a YAML 1.1 boolean', config: rule('{noTLSVerify: "yes"}') },
  { case: 'a number as host header', config: rule('{httpHostHeader: 5}') },
  { case: 'a fraction of connections', config: rule('{keepAliveConnections: 1.5}') },
  { case: 'a key in the wrong case, which is ignored', config: rule('{noTlsVerify: [a]}') },
  { case: 'a number as path', config: 'ingress: [{path: 5, service: "http://x"}, {service: "http://x"}]' },
  { case: 'empty variables', env: { TUNNEL_GRACE_PERIOD: '', TUNNEL_RETRIES: '' } },
  { case: 'an unknown log level', env: { TUNNEL_LOGLEVEL: 'loud' } },
  { case: 'a flag that overrides one of the wrong type', config: 'retries: x', env: { TUNNEL_RETRIES: '1' } },
  {
    case: 'the name of a tunnel whose credentials exist',
    args: ['tunnel', '--cred-file', SECRET, 'run', 'home'],
  },
  {
    case: 'the contents of credentials in the environment',
    args: ['tunnel', 'run', ID],
    env: { TUNNEL_CRED_CONTENTS: CREDENTIALS_JSON },
  },
];

describe.each(SUBJECTS)('$name', (subject) => {
  it.each([...MISUSES, ...BAD_FILES])('exits with $code for $case', async ({ code, says, config = '', ...more }) => {
    const { container, log, edge } = await starting(subject, config, more);

    expect(await container.exited).toBe(code);
    expect(log.join('\n')).toMatch(says);
    expect(edge.requests).toEqual([]);
  });

  it.each(ACCEPTED)('registers with $case', async ({ config = '', ...more }) => {
    const { edge } = await running(subject, config, more);

    expect(edge.requests[0]).toMatchObject({
      ...CREDENTIALS,
      connIndex: 0,
      previousAttempts: 0,
      connector: { features: expect.arrayContaining(['allow_remote_config', 'serialized_headers', 'management_logs']) },
    });
  });

  it('stays up and retries while it is unauthorized', async () => {
    const refusal = {
      kind: 'refused',
      cause: 'Unauthorized: Tunnel not found',
      shouldRetry: true,
      retryAfterMs: 0,
    } as const;
    const { edge, log } = await starting(subject, '', { refusal });

    await eventually(() => log.some((line) => line.includes('Register tunnel error from server side')));
    expect(log.join('\n')).toContain('Unauthorized: Tunnel not found');
    expect(edge.connections.size).toBe(0);
  });

  it('exits with 1 if it is refused for another reason', async () => {
    const refusal = { kind: 'refused', cause: 'no', shouldRetry: false, retryAfterMs: 0 } as const;
    const { container } = await starting(subject, '', { refusal });

    expect(await container.exited).toBe(1);
  });
});
