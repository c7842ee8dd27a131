import { describe, expect, it } from '@jest/globals';
import { checkCluster } from '../../../src/core/check/cluster.ts';
import { checkOperator } from '../../../src/core/check/operator.ts';
import { type TokenProbes, checkTunnel } from '../../../src/core/check/tunnel.ts';
import { describeOperator } from '../../../src/core/installed/operator.ts';
import { aTunnel } from '../../support/builders.ts';

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'cftunnel-system', name: 'cftunnel-operator' },
};

describe('checkCluster', () => {
  it.each([
    ['v1.34.1', 'ok'],
    ['v1.30.0-eks-1', 'ok'],
    ['v1.36.0', 'ok'],
    ['v1.29.9', 'warning'],
    ['v1.37.0', 'warning'],
    ['strange', 'warning'],
  ])('Kubernetes %s: %s', (version, status) => {
    expect(checkCluster({ version, served: ['v1alpha1'] })[0]?.status).toBe(status);
  });

  it.each([
    [['v1alpha1'], 'ok', /installed/],
    [[], 'failed', /^Tunnels are not installed\. Install the operator/],
    [['v1'], 'failed', /serves v1, but this program knows v1alpha1/],
  ])('a definition that serves %j: %s', (served, status, message) => {
    expect(checkCluster({ version: 'v1.34.0', served })[1]).toEqual({
      subject: 'Cluster',
      status,
      message: expect.stringMatching(message),
    });
  });
});

describe('checkOperator', () => {
  it.each([
    ['all is well', [operator('r/o:0.1.4', 2)], true, ['ok', 'ok']],
    ['one of two replicas', [operator('r/o:0.1.0', 1)], true, ['warning', 'ok']],
    ['no replica', [operator('r/o:0.1.0', 0)], false, ['failed', 'failed']],
    ['another release', [operator('r/o:0.2.0', 2)], true, ['ok', 'warning', 'ok']],
    ['an image without a version', [operator('r/o@sha256:00', 2)], true, ['ok', 'ok']],
    ['nothing to be seen', [], undefined, ['unknown', 'unknown']],
  ] as const)('%s', (_, operators, isLeading, statuses) => {
    const findings = checkOperator({ operators, isLeading, version: '0.1.0' });

    expect(findings.map(({ status }) => status)).toEqual(statuses);
  });
});

describe('checkTunnel', () => {
  const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'ok', lastTransitionTime: '' } as const;
  const TOKEN = {
    tunnels: { value: [] },
    zones: { value: ['example.com'] },
    records: new Map([['example.com', { value: [] }]]),
  };

  it('finds nothing wrong with a Tunnel that works', () => {
    const tunnel = aTunnel('shop/home', { status: { readyReplicas: 2, conditions: [ready] } });

    expect(checkTunnel(tunnel, TOKEN).map(({ status, message }) => `${status}: ${message}`)).toEqual([
      'ok: It is ready',
      "ok: 2 of 2 connectors are connected to Cloudflare's edge",
      'ok: Cloudflare Tunnel: it reads the tunnels of the account',
      'ok: Zone: it sees example.com',
      'ok: DNS: it reads the records of example.com',
      expect.stringMatching(/^unknown: Only reads were tried/),
    ]);
  });

  it('says what keeps the connectors from connecting', () => {
    const tunnel = aTunnel('shop/home', { status: { conditions: [{ ...ready, status: 'False', reason: 'Blocked' }] } });

    expect(checkTunnel(tunnel, TOKEN).slice(0, 2)).toEqual([
      { subject: 'Tunnel shop/home', status: 'failed', message: 'Blocked: ok' },
      { subject: 'Tunnel shop/home', status: 'failed', message: expect.stringContaining('port 7844') },
    ]);
  });

  it.each([
    [{ suspend: true }, 'warning', /suspended/],
    [{ replicas: 0 }, 'failed', /has not reported/],
  ])('with %j', (spec, status, message) => {
    expect(checkTunnel(aTunnel('shop/home', { spec }), TOKEN)[0]).toEqual({
      subject: 'Tunnel shop/home',
      status,
      message: expect.stringMatching(message),
    });
  });

  it('tries Access only for who needs it', () => {
    const tunnel = aTunnel('shop/home');
    const denied = { problem: 'the token needs the permission "Access: Service Tokens Write"' };
    const messages = (access: NonNullable<TokenProbes['access']>) =>
      checkTunnel(tunnel, { ...TOKEN, access }).map(({ status, message }) => `${status}: ${message}`);

    expect(messages([]).filter((message) => message.includes('Access'))).toEqual([]);
    expect(messages([{ value: [] }])).toContainEqual(expect.stringMatching(/^ok: Access/));
    expect(messages([{ value: [] }, denied])).toContain(`failed: ${denied.problem}`);
  });

  it('passes on why a permission is missing, or the token was not tried', () => {
    const tunnel = aTunnel('shop/home');
    const denied = { problem: 'the token needs the permission "DNS Write"' };

    expect(checkTunnel(tunnel, { ...TOKEN, records: new Map([['example.com', denied]]) })).toContainEqual({
      subject: 'Tunnel shop/home, token',
      status: 'failed',
      message: denied.problem,
    });
    expect(checkTunnel(tunnel, { problem: 'you may not read Secret a/b' }).at(-1)).toEqual({
      subject: 'Tunnel shop/home, token',
      status: 'unknown',
      message: 'It was not tried: you may not read Secret a/b',
    });
  });
});

describe('the Deployment of an operator', () => {
  const WATCHES = { name: 'CFTUNNEL_WATCH_NAMESPACE', value: 'shop' };

  it.each([
    { args: [], env: [], isServed: true },
    { args: [], env: [WATCHES], isServed: false },
    { args: [], env: [{ ...WATCHES, value: '' }], isServed: true },
    { args: [], env: [WATCHES, { name: 'CFTUNNEL_GATEWAY_API', value: 'true' }], isServed: true },
    { args: ['--gateway-api=auto'], env: [WATCHES, { name: 'CFTUNNEL_GATEWAY_API', value: 'true' }], isServed: false },
  ])('with $args and $env says whether it serves the Gateway API: $isServed', ({ args, env, isServed }) => {
    const spec = { template: { spec: { containers: [{ name: 'operator', args, env }] } } };

    expect(describeOperator({ ...DEPLOYMENT, spec }).servesGatewayApi).toBe(isServed);
  });
});

function operator(image: string, readyReplicas: number) {
  return describeOperator({
    ...DEPLOYMENT,
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'operator', image }] } } },
    status: { readyReplicas },
  });
}
