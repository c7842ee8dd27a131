import { describe, expect, it } from '@jest/globals';
import { type OperatorDeployment, describeOperator } from '../../../src/core/installed/operator.ts';

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'cftunnel-system', name: 'cftunnel-operator' },
};
const MESH = { name: 'mesh', image: 'mesh:9.9.9', args: ['--watch-namespace=mesh'] };

type Pod = NonNullable<NonNullable<NonNullable<OperatorDeployment['spec']>['template']>['spec']>;
type Container = NonNullable<Pod['containers']>[number];

function withContainers(...containers: readonly Container[]): OperatorDeployment {
  return { ...DEPLOYMENT, spec: { template: { spec: { containers } } } };
}

describe('the Deployment of an operator', () => {
  const NOTHING_SAID = {
    deployment: 'cftunnel-system/cftunnel-operator',
    namespace: 'cftunnel-system',
    version: undefined,
    image: undefined,
    serviceAccount: 'default',
    watchNamespace: undefined,
    servesGatewayApi: true,
    replicas: 1,
    readyReplicas: 0,
    helmRelease: undefined,
  };

  it.each([
    [DEPLOYMENT],
    [{ ...DEPLOYMENT, spec: {} }],
    [{ ...DEPLOYMENT, spec: { template: {} } }],
    [withContainers()],
  ])('may say nothing: %j', (deployment) => {
    expect(describeOperator(deployment)).toStrictEqual(NOTHING_SAID);
  });

  it('says everything about it, whatever a mesh has added', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/version': '9.9.9' };
    const annotations = { 'meta.helm.sh/release-name': 'tunnels' };
    const operator = { name: 'operator', image: 'r/operator:v0.1.4', args: ['--watch-namespace=shop'] };

    expect(
      describeOperator({
        ...DEPLOYMENT,
        metadata: { ...DEPLOYMENT.metadata, labels, annotations },
        spec: { replicas: 2, template: { spec: { serviceAccountName: 'robot', containers: [MESH, operator] } } },
        status: { readyReplicas: 1 },
      }),
    ).toStrictEqual({
      deployment: 'cftunnel-system/cftunnel-operator',
      namespace: 'cftunnel-system',
      version: '0.1.4',
      image: 'r/operator:v0.1.4',
      serviceAccount: 'robot',
      watchNamespace: 'shop',
      servesGatewayApi: false,
      replicas: 2,
      readyReplicas: 1,
      helmRelease: 'tunnels',
    });
  });

  it.each([
    ['r/o:0.1.4', '0.1.4'],
    ['r/o:v0.1.4-rc.1', '0.1.4-rc.1'],
    ['localhost:5000/o:0.1.4@sha256:00', '0.1.4'],
    ['localhost:0.1.4/o', undefined],
    ['r/o:latest', undefined],
    ['r/o@sha256:00', undefined],
  ])('with image %s is of version %s', (image, version) => {
    expect(describeOperator(withContainers({ name: 'renamed', image }, MESH)).version).toBe(version);
  });

  it('may say its version in a label, and belong to no Helm release', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'kustomize', 'app.kubernetes.io/version': '0.1.4' };
    const annotations = { 'meta.helm.sh/release-name': 'tunnels' };

    expect(
      describeOperator({ ...DEPLOYMENT, metadata: { ...DEPLOYMENT.metadata, labels, annotations } }),
    ).toStrictEqual({ ...NOTHING_SAID, version: '0.1.4' });
  });
});

describe('the flags of an operator', () => {
  const WATCHES = { name: 'CFTUNNEL_WATCH_NAMESPACE', value: 'shop' };
  const GATEWAYS = { name: 'CFTUNNEL_GATEWAY_API', value: 'true' };
  const OWN = { name: 'CFTUNNEL_WATCH_NAMESPACE' };

  it.each([
    { watches: undefined, servesGatewayApi: true },
    { env: [WATCHES], watches: 'shop', servesGatewayApi: false },
    { env: [{ ...WATCHES, value: '' }], watches: undefined, servesGatewayApi: true },
    { env: [WATCHES, GATEWAYS], watches: 'shop', servesGatewayApi: true },
    { args: ['--gateway-api=auto'], env: [WATCHES, GATEWAYS], watches: 'shop', servesGatewayApi: false },
    { args: ['--watch-namespace=mall'], env: [WATCHES], watches: 'mall', servesGatewayApi: false },
    { args: ['--watch-namespace='], env: [WATCHES], watches: undefined, servesGatewayApi: true },
    { env: [OWN], watches: 'cftunnel-system', servesGatewayApi: false },
  ])('$args and variables $env: it watches $watches', ({ args, env, watches, servesGatewayApi }) => {
    const container = { name: 'operator', ...(args && { args }), ...(env && { env }) };

    expect(describeOperator(withContainers(container))).toMatchObject({ watchNamespace: watches, servesGatewayApi });
  });
});
