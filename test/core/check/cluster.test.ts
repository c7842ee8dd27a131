import { describe, expect, it } from '@jest/globals';
import { checkCluster } from '../../../src/core/check/cluster.ts';
import { type FindingStatus, isHealthy } from '../../../src/core/check/finding.ts';

describe('checkCluster', () => {
  it.each([
    ['v1.34.1', 'ok'],
    ['v1.30.0-eks-1', 'ok'],
    ['1.36.0', 'ok'],
    ['v1.29.9', 'warning'],
    ['v1.37.0', 'warning'],
    ['v2.1.34', 'warning'],
    ['strange', 'warning'],
  ])('Kubernetes %s: %s', (version, status) => {
    const advice = ', but the operator is tested with Kubernetes 1.30 to 1.36. Use one of these';

    expect(checkCluster({ version, served: ['v1alpha1'] })[0]).toStrictEqual({
      subject: 'Cluster',
      status,
      message: `Kubernetes ${version} answers${status === 'ok' ? '' : advice}`,
    });
  });

  it.each([
    { served: ['v1', 'v1alpha1'], status: 'ok', message: 'Tunnels (cftunnel.io/v1alpha1) are installed' },
    {
      served: [],
      status: 'failed',
      message: 'Tunnels are not installed. Install the operator: kubectl apply -k deploy, or helm install',
    },
    {
      served: ['v1', 'v2'],
      status: 'failed',
      message:
        'The definition of Tunnels serves v1, v2, but this program knows v1alpha1. Use the release of this program that belongs to the operator',
    },
  ])('a definition that serves $served: $status', ({ served, status, message }) => {
    expect(checkCluster({ version: 'v1.34.0', served })[1]).toStrictEqual({ subject: 'Cluster', status, message });
  });
});

it.each<{ statuses: readonly FindingStatus[]; isWell: boolean }>([
  { statuses: [], isWell: true },
  { statuses: ['ok', 'warning', 'unknown'], isWell: true },
  { statuses: ['ok', 'failed'], isWell: false },
])('only what has failed is a problem: $statuses', ({ statuses, isWell }) => {
  expect(isHealthy(statuses.map((status) => ({ subject: '', status, message: '' })))).toBe(isWell);
});
