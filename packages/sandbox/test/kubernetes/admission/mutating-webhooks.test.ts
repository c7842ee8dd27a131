import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { webhookFor } from '../../../src/kubernetes/admission/mutate.ts';
import { type KubernetesSandbox, startKubernetes } from '../../../src/kubernetes/server.ts';
import { Client } from '../../support/kubernetes-client.ts';
import { CONFIG_MAPS, SERVICES, aConfigMap, aService } from '../../support/objects.ts';

const PATH = `${CONFIG_MAPS}/settings`;

let sandbox: KubernetesSandbox;
let client: Client;

beforeEach(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  sandbox.webhooks.push(
    webhookFor('ConfigMap', (object) => {
      object['data'] = { key: 'rewritten' };
    }),
  );
});
afterEach(() => sandbox.stop());

it('change objects of their kind that are created, replaced, patched and applied', async () => {
  const created = await client.post(CONFIG_MAPS, aConfigMap('settings', { key: 'a' }));
  const replaced = await client.put(PATH, aConfigMap('settings', { key: 'b' }));
  const patched = await client.patch('merge', PATH, { data: { key: 'c' } });
  const applied = await client.apply('tester', PATH, aConfigMap('settings', { key: 'd' }), '&force=true');
  const other = await client.post(SERVICES, aService('web'));

  for (const { body } of [created, replaced, patched, applied]) expect(body['data']).toEqual({ key: 'rewritten' });
  expect(other.status).toBe(201);
});

it('apply to a dry run as to a write', async () => {
  const { body } = await client.apply('tester', PATH, aConfigMap('settings', { key: 'a' }), '&dryRun=All');

  expect(body['data']).toEqual({ key: 'rewritten' });
});

it('own no field that they change', async () => {
  const { body } = await client.apply('tester', PATH, aConfigMap('settings', { key: 'a' }));

  expect(body.metadata['managedFields']).toEqual([
    expect.objectContaining({ manager: 'tester', operation: 'Apply', fieldsV1: { 'f:data': { 'f:key': {} } } }),
  ]);
});

it('make a write that they revert a write without effect', async () => {
  const before = await client.apply('tester', PATH, aConfigMap('settings', { key: 'a' }));
  const after = await client.apply('tester', PATH, aConfigMap('settings', { key: 'a' }));

  expect(after.body.metadata.resourceVersion).toBe(before.body.metadata.resourceVersion);
});
