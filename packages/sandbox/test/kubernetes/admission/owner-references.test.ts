import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../../src/kubernetes/server.ts';
import { Client } from '../../support/kubernetes-client.ts';
import { aConfigMap, aTunnel, CONFIG_MAPS, objectOf, TUNNELS } from '../../support/objects.ts';
import { type Account, anAccount } from '../../support/roles.ts';

let sandbox: KubernetesSandbox;
let client: Client;
let account: Account;
let owner: JsonObject;

beforeAll(async () => {
  sandbox = await startKubernetes({ enforceOwnerReferences: true });
  client = new Client(sandbox.url);
  await client.define(objectOf({}));
  const { body } = await client.post(TUNNELS, aTunnel('home'));
  owner = { apiVersion: 'example.org/v1', kind: 'Tunnel', name: 'home', uid: body.metadata.uid };
  account = await anAccount(client, 'operator');
  await account.may({ verbs: ['create', 'patch'], apiGroups: [''], resources: ['configmaps'] });
});
afterAll(() => sandbox.stop());

function create(name: string, reference: JsonObject) {
  return client.request('POST', CONFIG_MAPS, aConfigMap(name, {}, { ownerReferences: [reference] }), account.headers);
}

describe('on a server that enforces owner references', () => {
  it('a user who may not set finalizers on the owner may not block its deletion', async () => {
    const refused = await create('blocking', { ...owner, blockOwnerDeletion: true });

    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe(
      'configmaps "blocking" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can\'t set finalizers on: , <nil>',
    );
    expect((await create('owned', owner)).status).toBe(201);
  });

  it('a user who may not delete an object may not add an owner to it', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('given'));
    const patch = (metadata: JsonObject) =>
      client.request('PATCH', `${CONFIG_MAPS}/given`, { metadata }, { ...account.headers, 'content-type': MERGE });

    expect((await patch({ labels: { a: 'b' } })).status).toBe(200);
    expect((await patch({ ownerReferences: [owner] })).body.message).toMatch(
      /^configmaps "given" is forbidden: cannot set an ownerRef on a resource you can't delete/,
    );
  });

  it('an owner of an unknown kind cannot be blocked', async () => {
    const stranger = { ...owner, kind: 'Nobody', blockOwnerDeletion: true };

    expect((await create('strange', stranger)).body.message).toMatch(
      /cannot find RESTMapping for APIVersion example\.org\/v1 Kind Nobody/,
    );
  });

  it('a user who may set finalizers on the owner may do all of this', async () => {
    await account.may({ verbs: ['update'], apiGroups: ['example.org'], resources: ['tunnels/finalizers'] });

    expect((await create('allowed', { ...owner, blockOwnerDeletion: true })).status).toBe(201);
  });
});

const MERGE = 'application/merge-patch+json';
