import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../../src/kubernetes/server.ts';
import { Client } from '../../support/kubernetes-client.ts';
import { aDeployment, aPod } from '../../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  await addNamespace('strict', { enforce: 'restricted' });
  await addNamespace('base', { enforce: 'baseline' });
  await addNamespace('warned', { warn: 'restricted', 'warn-version': 'v1.30' });
});
afterAll(() => sandbox.stop());

async function addNamespace(name: string, modes: Record<string, string>): Promise<void> {
  const labels = Object.fromEntries(
    Object.entries(modes).map(([mode, level]) => [`pod-security.kubernetes.io/${mode}`, level]),
  );
  await client.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
}

const GOOD_CONTAINER = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const GOOD_POD = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

/** A Pod that `restricted` admits, except for the given changes. */
function pod(context: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  const container = { name: 'main', image: 'nginx', securityContext: { ...GOOD_CONTAINER, ...context } };
  return aPod('p', { containers: [container], securityContext: GOOD_POD, ...spec });
}

/** The error of a dry run of the Pod, or an empty string if it is admitted. */
async function refusal(namespace: string, object: JsonObject): Promise<string> {
  const reply = await client.post(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, object);
  return reply.status === 201 ? '' : `${reply.status} ${reply.body.message}`;
}

describe('a namespace that enforces restricted', () => {
  it('admits a Pod with all required restrictions', async () => {
    expect(await refusal('strict', pod())).toBe('');
  });

  it('reports all violations of an ordinary Pod with the message of the real server', async () => {
    expect(await refusal('strict', aPod('p'))).toBe(
      '403 pods "p" is forbidden: violates PodSecurity "restricted:latest": ' +
        'allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "main" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "main" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  });

  it.each([
    [
      'privileged',
      pod({ privileged: true }),
      'privileged (container "main" must not set securityContext.privileged=true)',
    ],
    [
      'added capabilities',
      pod({ capabilities: { drop: ['ALL'], add: ['SYS_TIME', 'NET_ADMIN', 'NET_BIND_SERVICE'] } }),
      'unrestricted capabilities (container "main" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
    ],
    ['root', pod({ runAsUser: 0 }), 'runAsUser=0 (container "main" must not set runAsUser=0)'],
    [
      'root not excluded',
      pod({ runAsNonRoot: false }, { securityContext: { ...GOOD_POD, runAsNonRoot: false } }),
      'runAsNonRoot != true (pod and container "main" must not set securityContext.runAsNonRoot=false)',
    ],
    [
      'no seccomp',
      pod({ seccompProfile: { type: 'Unconfined' } }),
      'seccompProfile (container "main" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    ['the host', pod({}, { hostNetwork: true, hostPID: true }), 'host namespaces (hostNetwork=true, hostPID=true)'],
    [
      'folders of the host',
      pod(
        {},
        {
          volumes: [
            { name: 'a', hostPath: { path: '/' } },
            { name: 'b', emptyDir: {} },
          ],
        },
      ),
      'restricted volume types (volume "a" uses restricted volume type "hostPath")',
    ],
    [
      'ports of the host',
      pod({}, { containers: [{ ...aContainer('x', 81), securityContext: GOOD_CONTAINER }, aContainer('y', 80)] }),
      'hostPort (containers "x", "y" use hostPorts 80, 81), allowPrivilegeEscalation != false (container "y"',
    ],
    [
      'kernel settings',
      pod({}, { securityContext: { ...GOOD_POD, sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }),
      'forbidden sysctls (kernel.msgmax)',
    ],
    ['proc', pod({ procMount: 'Unmasked' }), 'procMount (container "main" must not set'],
  ])('rejects %s', async (_, object, complaint) => {
    expect(await refusal('strict', object)).toContain(`violates PodSecurity "restricted:latest": ${complaint}`);
  });

  it('accepts a Deployment, with a warning', async () => {
    const reply = await client.post('/apis/apps/v1/namespaces/strict/deployments', aDeployment('d'));

    expect(reply.status).toBe(201);
    expect(reply.headers.get('warning')).toMatch(
      /^299 - "would violate PodSecurity \\"restricted:latest\\": allowPrivilegeEscalation != false/,
    );
  });
});

function aContainer(name: string, hostPort: number): JsonObject {
  return { name, image: 'nginx', ports: [{ containerPort: hostPort, hostPort }] };
}

describe('other namespaces', () => {
  it('that enforce baseline admit an ordinary Pod, but none with access to its node', async () => {
    expect(await refusal('base', aPod('p'))).toBe('');
    expect(
      await refusal('base', pod({ capabilities: { add: ['NET_ADMIN'] } }, { volumes: [{ name: 'a', hostPath: {} }] })),
    ).toContain(
      'violates PodSecurity "baseline:latest": non-default capabilities (container "main" must not include "NET_ADMIN" in securityContext.capabilities.add), hostPath volumes (volume "a")',
    );
  });

  it('that only warn accept everything, and those without labels do not warn', async () => {
    const warned = await client.post('/api/v1/namespaces/warned/pods', aPod('p'));
    const silent = await client.post('/api/v1/namespaces/default/pods', aPod('p'));

    expect(warned.status).toBe(201);
    expect(warned.headers.get('warning')).toContain('would violate PodSecurity \\"restricted:v1.30\\"');
    expect([silent.status, silent.headers.get('warning')]).toEqual([201, null]);
  });
});
