import { describe, expect, it } from '@jest/globals';
import { checkOperator } from '../../../src/core/check/operator.ts';
import type { InstalledOperator } from '../../../src/core/installed/operator.ts';

const LEADS = { status: 'ok', message: 'It holds its Lease and works' };
const PODS = 'See: kubectl -n cftunnel-system describe pods -l app.kubernetes.io/name=cftunnel-operator';

function operator(parts: Partial<InstalledOperator>): InstalledOperator {
  return {
    deployment: 'cftunnel-system/cftunnel-operator',
    namespace: 'cftunnel-system',
    version: '0.1.4',
    image: undefined,
    serviceAccount: 'cftunnel-operator',
    watchNamespace: undefined,
    servesGatewayApi: true,
    replicas: 2,
    readyReplicas: 2,
    helmRelease: undefined,
    ...parts,
  };
}

function found(operators: readonly InstalledOperator[], isLeading: boolean | undefined) {
  return checkOperator({ operators, isLeading, version: '0.1.0' }).map(({ subject, ...finding }) => {
    expect(subject).toBe('Operator');
    return finding;
  });
}

describe('the Deployment of the operator', () => {
  it.each([
    { ready: [2, 2], status: 'ok', end: '2 of 2 ready' },
    { ready: [3, 2], status: 'ok', end: '3 of 2 ready' },
    { ready: [1, 2], status: 'warning', end: `1 of 2 ready. ${PODS}` },
    { ready: [0, 2], status: 'failed', end: `0 of 2 ready. ${PODS}` },
    { ready: [0, 0], status: 'failed', end: `0 of 0 ready. ${PODS}` },
  ])('with ready replicas $ready: $status', ({ ready: [readyReplicas, replicas], status, end }) => {
    const message = `Deployment cftunnel-system/cftunnel-operator, version 0.1.4: ${end}`;

    expect(found([operator({ replicas: replicas!, readyReplicas: readyReplicas! })], true)).toStrictEqual([
      { status, message },
      LEADS,
    ]);
  });

  it.each(['0.2.4', '1.1.0'])('of release %s needs the same release of this program', (version) => {
    expect(found([operator({ version })], true)).toStrictEqual([
      { status: 'ok', message: `Deployment cftunnel-system/cftunnel-operator, version ${version}: 2 of 2 ready` },
      {
        status: 'warning',
        message: `The operator is ${version} and this program is 0.1.0. Use the same release of both`,
      },
      LEADS,
    ]);
  });

  it('may not say its version, or not be seen', () => {
    expect(found([operator({ version: undefined })], true)).toStrictEqual([
      { status: 'ok', message: 'Deployment cftunnel-system/cftunnel-operator: 2 of 2 ready' },
      LEADS,
    ]);
    expect(found([], true)).toStrictEqual([
      {
        status: 'unknown',
        message: 'No Deployment of it is to be seen. It may run elsewhere, or you may not read Deployments',
      },
      LEADS,
    ]);
  });
});

it.each([
  [undefined, 'unknown', 'Whether it leads is not known: you may not read its Lease'],
  [false, 'failed', 'Nobody renews its Lease, so nothing is reconciled. See the log of its pod'],
])('an operator that leads: %s', (isLeading, status, message) => {
  expect(found([], isLeading).at(-1)).toStrictEqual({ status, message });
});
