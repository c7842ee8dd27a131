import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aConfigMap, CONFIG_MAPS } from '../support/objects.ts';
import { entriesOf, fieldsOf } from '../support/owners.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

describe('owners after other writes', () => {
  it('are the manager in the query, or the first token of the user agent', async () => {
    const { body: named } = await client.post(`${CONFIG_MAPS}?fieldManager=writer`, aConfigMap('named'));
    const { body: unnamed } = await client.post(CONFIG_MAPS, aConfigMap('unnamed'));

    expect(fieldsOf(named, 'writer', 'Update')).toEqual({ 'f:data': { '.': {}, 'f:key': {} } });
    expect(fieldsOf(unnamed, 'tester', 'Update')).toBeDefined();
  });

  it('lose removed fields, and disappear with their last field', async () => {
    await client.apply('me', `${CONFIG_MAPS}/removed`, aConfigMap('removed', { a: '1' }));
    const { body } = await client.patch('merge', `${CONFIG_MAPS}/removed`, { data: { a: null, b: '2' } });

    expect(entriesOf(body).map(({ manager }) => manager)).toEqual(['tester']);
  });
});
