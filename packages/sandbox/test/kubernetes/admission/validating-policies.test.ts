import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

describe('a policy for writes', () => {
  const WRITES = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] };
  const SETTINGS = '/api/v1/namespaces/default/secrets';

  beforeAll(async () => {
    const spec = {
      paramKind: { apiVersion: 'v1', kind: 'Secret' },
      matchConstraints: { resourceRules: [WRITES] },
      matchConditions: [
        { name: 'changed', expression: "request.operation == 'CREATE' || object.data != oldObject.data" },
      ],
      variables: [
        { name: 'color', expression: "object.?data.?color.orValue('')" },
        { name: 'broken', expression: 'object.data.nowhere' },
        { name: 'isRefused', expression: "variables.color == params.metadata.labels['refuses']" },
      ],
      validations: [
        {
          expression: '!variables.isRefused',
          message: 'not this color',
          messageExpression: "'no ' + variables.color + ' in ' + namespaceObject.metadata.name",
        },
      ],
    };
    await client.post(POLICIES, policy('colors', spec));
    const bound = binding('colors', ['Deny']);
    const paramRef = { selector: { matchLabels: { kind: 'color' } }, parameterNotFoundAction: 'Allow' };
    await client.post(BINDINGS, { ...bound, spec: { ...bound.spec, paramRef } });
    for (const refuses of ['red', 'green'])
      await client.post(SETTINGS, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: refuses, labels: { kind: 'color', refuses } },
      });
  });

  it('is evaluated with each of its parameters, and computes its message', async () => {
    const refused = await client.post(CONFIG_MAPS, aConfigMap('wall', { color: 'green' }));

    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain("'colors' with binding 'colors' denied request: no green in default");
    expect((await client.post(CONFIG_MAPS, aConfigMap('wall', { color: 'blue' }))).status).toBe(201);
  });

  it('sees what an update changes', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('door', { color: 'blue' }));
    const path = `${CONFIG_MAPS}/door`;

    expect((await client.patch('merge', path, { data: { color: 'red' } })).status).toBe(422);
    expect((await client.patch('merge', path, { metadata: { labels: { side: 'left' } } })).status).toBe(200);
  });

  it.each([
    { failurePolicy: 'Ignore', status: 201 },
    { failurePolicy: 'Fail', status: 422 },
  ])(
    'that cannot be evaluated answers $status with failurePolicy $failurePolicy',
    async ({ failurePolicy, status }) => {
      const name = `broken-${failurePolicy.toLowerCase()}`;
      const conditions = [{ name: 'named', expression: `object.metadata.name == '${name}'` }];
      const validations = [{ expression: 'object.data.nowhere == 1' }];
      const matchConstraints = { resourceRules: [WRITES] };
      await client.post(
        POLICIES,
        policy(name, { failurePolicy, matchConstraints, matchConditions: conditions, validations }),
      );
      await client.post(BINDINGS, binding(name, ['Deny']));

      expect((await client.post(CONFIG_MAPS, aConfigMap(name))).status).toBe(status);
    },
  );

  it('needs the kind of its parameters', async () => {
    const conditions = [{ name: 'named', expression: "object.metadata.name == 'unknown'" }];
    const spec = {
      paramKind: { apiVersion: 'example.org/v1', kind: 'Gate' },
      matchConstraints: { resourceRules: [WRITES] },
      matchConditions: conditions,
      validations: [{ expression: 'true' }],
    };
    await client.post(POLICIES, policy('gates', { ...spec, failurePolicy: 'Fail' }));
    const bound = binding('gates', ['Deny']);
    await client.post(BINDINGS, {
      ...bound,
      spec: { ...bound.spec, paramRef: { name: 'a', parameterNotFoundAction: 'Allow' } },
    });

    const { status, body } = await client.post(CONFIG_MAPS, aConfigMap('unknown'));

    expect(status).toBe(422);
    expect(body.message).toContain("failed to find resource referenced by paramKind: 'example.org/v1, Kind=Gate'");
    await client.request('DELETE', `${POLICIES}/gates`);
  });
});
