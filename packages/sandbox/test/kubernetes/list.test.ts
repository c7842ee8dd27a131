import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client, type Reply } from '../support/kubernetes-client.ts';
import {
  aConfigMap,
  aDefinition,
  aPod,
  aTunnel,
  CONFIG_MAPS,
  DEFINITIONS,
  objectOf,
  PODS,
  SECRETS,
  TUNNELS,
} from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  for (const [index, name] of ['e', 'c', 'a', 'd', 'b'].entries()) {
    await client.post(
      CONFIG_MAPS,
      aConfigMap(name, {}, { labels: { letter: name, ...(index % 2 === 0 ? { even: 'yes' } : {}), n: String(index) } }),
    );
  }
});
afterAll(() => sandbox.stop());

const namesOf = ({ body }: Reply) => body.items.map((item) => item.metadata.name);

describe('list', () => {
  it('is in name order, and its items have no kind', async () => {
    const reply = await client.get(CONFIG_MAPS);

    expect(namesOf(reply)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(reply.body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(reply.body.items[0]).not.toHaveProperty('kind');
  });

  it.each([
    ['letter=a', ['a']],
    ['letter==a', ['a']],
    ['letter!=a', ['b', 'c', 'd', 'e']],
    ['letter in (a, b)', ['a', 'b']],
    ['letter notin (a,b)', ['c', 'd', 'e']],
    ['even', ['a', 'b', 'e']],
    ['!even', ['c', 'd']],
    ['even!=yes', ['c', 'd']],
    ['even,letter in (a,c)', ['a']],
    ['n>2', ['b', 'd']],
    ['n<2', ['c', 'e']],
  ])('selects by labels: %s', async (selector, names) => {
    const reply = await client.get(`${CONFIG_MAPS}?labelSelector=${encodeURIComponent(selector)}`);

    expect(namesOf(reply)).toEqual(names);
  });

  it('rejects invalid selectors', async () => {
    const label = await client.get(`${CONFIG_MAPS}?labelSelector=${encodeURIComponent('a in (b')}`);
    const field = await client.get(`${CONFIG_MAPS}?fieldSelector=nonsense`);

    expect([label.status, field.status]).toEqual([400, 400]);
  });

  it('selects by name and namespace for every resource, and by few other fields', async () => {
    const named = await client.get(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Da,metadata.namespace!%3Dother`);
    const unknown = await client.get(`${CONFIG_MAPS}?fieldSelector=data.x%3D1`);
    const secret = await client.get(`${SECRETS}?fieldSelector=data.x%3D1`);

    expect(namesOf(named)).toEqual(['a']);
    expect([unknown.status, unknown.body.message]).toEqual([
      400,
      '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ]);
    expect(secret.body.message).toBe('field label not supported: data.x');
  });

  it('selects Pods by node and phase', async () => {
    await client.post(PODS, aPod('bound', { nodeName: 'n1' }));
    await client.post(PODS, aPod('free'));
    const bound = await client.get(`${PODS}?fieldSelector=spec.nodeName%3Dn1`);
    const pending = await client.get(`${PODS}?fieldSelector=status.phase%3DPending,spec.nodeName%3D`);

    expect([namesOf(bound), namesOf(pending)]).toEqual([['bound'], ['free']]);
  });

  it('selects custom resources by the fields in their definition', async () => {
    const version = { selectableFields: [{ jsonPath: '.spec.zone' }] };
    await client.post(
      DEFINITIONS,
      aDefinition(objectOf({ zone: { type: 'string' }, other: { type: 'string' } }), version),
    );
    await client.post(TUNNELS, aTunnel('one', { zone: 'a' }));
    await client.post(TUNNELS, aTunnel('two', { zone: 'b' }));
    const chosen = await client.get(`${TUNNELS}?fieldSelector=spec.zone%3Db`);
    const refused = await client.get(`${TUNNELS}?fieldSelector=spec.other%3Db`);

    expect(namesOf(chosen)).toEqual(['two']);
    expect(chosen.body.items[0]?.kind).toBe('Tunnel');
    expect(refused.body.message).toBe('field label not supported: spec.other');
  });
});

describe('paging', () => {
  it('shows the same version on all pages, whatever changes in between', async () => {
    const first = await client.get(`${CONFIG_MAPS}?limit=2`);
    await client.post(CONFIG_MAPS, aConfigMap('bb'));
    await client.delete(`${CONFIG_MAPS}/c`);
    const second = await client.get(`${CONFIG_MAPS}?limit=2&continue=${String(first.body.metadata['continue'])}`);
    const third = await client.get(`${CONFIG_MAPS}?limit=2&continue=${String(second.body.metadata['continue'])}`);

    expect([first, second, third].map(namesOf)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect([first, second, third].map(({ body }) => body.metadata['remainingItemCount'])).toEqual([3, 1, undefined]);
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    expect(third.body.metadata['continue']).toBeUndefined();
  });

  it('does not return the number of remaining items of a filtered list', async () => {
    const { body } = await client.get(`${CONFIG_MAPS}?limit=1&labelSelector=letter`);

    expect(body.metadata['continue']).toBeDefined();
    expect(body.metadata['remainingItemCount']).toBeUndefined();
  });

  it('rejects a token that it did not issue', async () => {
    const { status, body } = await client.get(`${CONFIG_MAPS}?limit=1&continue=nonsense`);

    expect([status, body.reason]).toEqual([400, 'BadRequest']);
  });

  it('returns 410 with a token for an inconsistent continuation when the version is no longer known', async () => {
    const first = await client.get(`${CONFIG_MAPS}?limit=2`);
    await client.post(CONFIG_MAPS, aConfigMap('zz'));
    sandbox.faults.expireVersions();
    const expired = await client.get(`${CONFIG_MAPS}?limit=9&continue=${String(first.body.metadata['continue'])}`);
    const rest = await client.get(`${CONFIG_MAPS}?limit=9&continue=${String(expired.body.metadata['continue'])}`);

    expect([expired.status, expired.body.reason]).toEqual([410, 'Expired']);
    expect(namesOf(rest)).toContain('zz');
    expect(namesOf(rest)).not.toContain('a');
  });
});

describe('resourceVersion of a list', () => {
  it('reads an exact earlier version', async () => {
    const { body: before } = await client.get(CONFIG_MAPS);
    await client.post(CONFIG_MAPS, aConfigMap('newer'));
    const version = String(before.metadata.resourceVersion);
    const exact = await client.get(`${CONFIG_MAPS}?resourceVersion=${version}&resourceVersionMatch=Exact`);
    const any = await client.get(`${CONFIG_MAPS}?resourceVersion=${version}&resourceVersionMatch=NotOlderThan`);

    expect(namesOf(exact)).not.toContain('newer');
    expect(namesOf(any)).toContain('newer');
  });

  it('is rejected if it is in the future, is not a number, or has a conflicting match', async () => {
    const future = await client.get(`${CONFIG_MAPS}?resourceVersion=999999`);
    const garbage = await client.get(`${CONFIG_MAPS}?resourceVersion=x`);
    const alone = await client.get(`${CONFIG_MAPS}?resourceVersionMatch=Exact`);
    const zero = await client.get(`${CONFIG_MAPS}?resourceVersion=0&resourceVersionMatch=Exact`);

    expect([future.status, garbage.status, alone.status, zero.status]).toEqual([504, 400, 422, 422]);
    expect(future.body.details?.causes[0]?.reason).toBe('ResourceVersionTooLarge');
  });
});
