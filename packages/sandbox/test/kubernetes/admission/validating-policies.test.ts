import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../../src/kubernetes/server.ts';
import { Client } from '../../support/kubernetes-client.ts';
import { aConfigMap, CONFIG_MAPS } from '../../support/objects.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const POLICIES = `${GROUP}/validatingadmissionpolicies`;
const BINDINGS = `${GROUP}/validatingadmissionpolicybindings`;

const SPEC = {
  matchConstraints: {
    resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['DELETE'], resources: ['configmaps'] }],
  },
  matchConditions: [{ name: 'named', expression: "oldObject.metadata.name.startsWith('kept')" }],
  validations: [
    {
      expression: "has(oldObject.metadata.annotations) && 'example.org/go' in oldObject.metadata.annotations",
      message: 'annotate it first',
      reason: 'Forbidden',
    },
  ],
};

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes({});
  client = new Client(sandbox.url);
  await client.post(POLICIES, policy('guard', SPEC));
  await client.post(BINDINGS, binding('guard', ['Deny']));
});
afterAll(() => sandbox.stop());

function policy(name: string, spec: object) {
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec };
}

function binding(name: string, validationActions: readonly string[]) {
  const kind = 'ValidatingAdmissionPolicyBinding';
  const spec = { policyName: name, validationActions };
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, spec };
}

// The messages are those of kube-apiserver 1.36.
it('a deletion that a policy denies is rejected with the message of the policy', async () => {
  await client.post(CONFIG_MAPS, aConfigMap('kept'));

  const { status, body } = await client.request('DELETE', `${CONFIG_MAPS}/kept`);

  expect(status).toBe(403);
  expect(body.message).toBe(
    "configmaps \"kept\" is forbidden: ValidatingAdmissionPolicy 'guard' with binding 'guard' denied request: annotate it first",
  );
});

it('so is the deletion of a collection', async () => {
  await client.post(CONFIG_MAPS, aConfigMap('kept-too'));

  expect((await client.request('DELETE', CONFIG_MAPS)).status).toBe(403);
});

it('a deletion that the policy allows or does not match succeeds', async () => {
  await client.post(CONFIG_MAPS, aConfigMap('other'));
  await client.post(CONFIG_MAPS, aConfigMap('kept-once', {}, { annotations: { 'example.org/go': 'true' } }));

  expect((await client.request('DELETE', `${CONFIG_MAPS}/other`)).status).toBe(200);
  expect((await client.request('DELETE', `${CONFIG_MAPS}/kept-once`)).status).toBe(200);
});

it('a policy without a binding denies nothing', async () => {
  const spec = { ...SPEC, matchConditions: [{ name: 'named', expression: "oldObject.metadata.name == 'loose'" }] };
  await client.post(POLICIES, policy('idle', spec));
  await client.post(BINDINGS, binding('idle', ['Audit']));
  await client.post(CONFIG_MAPS, aConfigMap('loose'));

  expect((await client.request('DELETE', `${CONFIG_MAPS}/loose`)).status).toBe(200);
});

it('an invalid CEL expression is rejected', async () => {
  const { status, body } = await client.post(
    POLICIES,
    policy('bad', { ...SPEC, validations: [{ expression: 'a b' }] }),
  );

  expect(status).toBe(422);
  expect(body.message).toContain('spec.validations[0].expression');
});
