import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { startKubernetes } from '../../src/kubernetes/server.ts';
import { isRealApi } from '../support/is-real-api.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aDeployment, DEPLOYMENTS } from '../support/objects.ts';
import { startRealApiServer } from '../support/real-api-server.ts';

const SERVERS = [
  { name: 'the emulated API server', start: () => startKubernetes() },
  ...(isRealApi ? [{ name: 'the real API server', start: () => startRealApiServer() }] : []),
];

const HTTP = { httpGet: { port: 80 } };
const AT = 'spec.template.spec.initContainers[0]';
const ENDS = 'Forbidden: may not be set for init containers without restartPolicy=Always';

function withInit(container: JsonObject): JsonObject {
  const deployment = aDeployment('web');
  const { template } = deployment['spec'] as { template: { spec: JsonObject } };
  template.spec['initContainers'] = [{ name: 'proxy', image: 'envoyproxy/envoy:v1', ...container }];
  return deployment;
}

describe.each(SERVERS)('$name', ({ start }) => {
  let server: { readonly url: string; stop(): Promise<void> };
  let client: Client;

  beforeAll(async () => {
    server = await start();
    client = new Client(server.url);
  });
  afterAll(() => server.stop());

  it('gives a sidecar the defaults of any container', async () => {
    const probe = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
    const sidecar = { restartPolicy: 'Always', startupProbe: HTTP, readinessProbe: { grpc: { port: 1 } } };
    const { status, body } = await client.post(`${DEPLOYMENTS}?dryRun=All`, withInit(sidecar));

    expect(status).toBe(201);
    const { template } = body['spec'] as { template: { spec: { initContainers: JsonObject[] } } };
    expect(template.spec.initContainers).toEqual([
      {
        name: 'proxy',
        image: 'envoyproxy/envoy:v1',
        imagePullPolicy: 'IfNotPresent',
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        restartPolicy: 'Always',
        startupProbe: { httpGet: { path: '/', port: 80, scheme: 'HTTP' }, ...probe },
        readinessProbe: { grpc: { port: 1, service: '' }, ...probe },
      },
    ]);
  });

  it.each<[string, JsonObject, string[]]>([
    ['restartPolicy Always', { restartPolicy: 'Always' }, []],
    ['restartPolicy Never', { restartPolicy: 'Never' }, []],
    [
      'another restartPolicy',
      { restartPolicy: 'Sometimes' },
      [`${AT}.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"`],
    ],
    ['a startup probe on one that ends', { startupProbe: HTTP }, [`${AT}.startupProbe: ${ENDS}`]],
    [
      'probes and hooks on one that ends',
      { restartPolicy: 'OnFailure', livenessProbe: HTTP, readinessProbe: HTTP, lifecycle: { preStop: HTTP } },
      [`${AT}.lifecycle: ${ENDS}`, `${AT}.livenessProbe: ${ENDS}`, `${AT}.readinessProbe: ${ENDS}`],
    ],
    ['the name of a main container', { name: 'main' }, [`${AT}.name: Duplicate value: "main"`]],
    ['no image', { image: '' }, [`${AT}.image: Required value`]],
    [
      'a probe without a handler',
      { restartPolicy: 'Always', startupProbe: { periodSeconds: 1 } },
      [`${AT}.startupProbe: Required value: must specify a handler type`],
    ],
    [
      'a probe with two handlers',
      { restartPolicy: 'Always', livenessProbe: { ...HTTP, tcpSocket: { port: 1 } } },
      [`${AT}.livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type`],
    ],
    [
      'a probe of an impossible port',
      { restartPolicy: 'Always', livenessProbe: { tcpSocket: { port: 70000 } } },
      [`${AT}.livenessProbe.tcpSocket.port: Invalid value: 70000: must be between 1 and 65535, inclusive`],
    ],
    [
      'a probe with an unknown scheme',
      { restartPolicy: 'Always', readinessProbe: { httpGet: { port: 1, scheme: 'FTP' } } },
      [`${AT}.readinessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"`],
    ],
    [
      'a startup probe that must succeed twice, and a negative number',
      { restartPolicy: 'Always', startupProbe: { ...HTTP, successThreshold: 2, periodSeconds: -1 } },
      [
        `${AT}.startupProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0`,
        `${AT}.startupProbe.successThreshold: Invalid value: 2: must be 1`,
      ],
    ],
    [
      'a readiness probe that must succeed twice',
      { restartPolicy: 'Always', readinessProbe: { ...HTTP, successThreshold: 2 } },
      [],
    ],
  ])('judges an init container with %s', async (_case, container, complaints) => {
    expect(await client.complaints(DEPLOYMENTS, withInit(container))).toEqual(complaints);
  });
});
