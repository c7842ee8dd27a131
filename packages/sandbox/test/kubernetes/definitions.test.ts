import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aDefinition, aTunnel, DEFINITIONS, objectOf, TUNNELS } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeEach(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterEach(() => sandbox.stop());

describe('a definition', () => {
  it('is established and served as soon as it is stored', async () => {
    const { body } = await client.post(DEFINITIONS, aDefinition(objectOf({})));
    const list = await client.get(TUNNELS);

    expect(body['status']).toMatchObject({
      conditions: [
        { type: 'NamesAccepted', status: 'True' },
        { type: 'Established', status: 'True' },
      ],
      acceptedNames: { kind: 'Tunnel', plural: 'tunnels', singular: 'tunnel', listKind: 'TunnelList' },
      storedVersions: ['v1'],
    });
    expect([list.status, list.body.kind]).toEqual([200, 'TunnelList']);
  });

  it('is deleted with its objects', async () => {
    await client.define(objectOf({}));
    await client.post(TUNNELS, aTunnel('a'));
    const watch = await client.watch(`${DEFINITIONS}?watch=true`);
    const deleted = await client.delete(`${DEFINITIONS}/tunnels.example.org`);
    const seen = await watch.take(3);
    watch.close();

    expect(deleted.body.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
    expect(seen).toEqual(['ADDED tunnels.example.org', 'MODIFIED tunnels.example.org', 'DELETED tunnels.example.org']);
    expect((await client.get(TUNNELS)).status).toBe(404);
  });

  it.each([
    [
      'a field without type',
      objectOf({ x: { description: 'no type' } }),
      /properties\[x\]\.type: Required value: must not be empty for specified object fields/,
    ],
    ['an unknown type', objectOf({ x: { type: 'float' } }), /Unsupported value: "float"/],
    ['a list without items', objectOf({ x: { type: 'array' } }), /items: Required value: must be specified/],
    [
      'uniqueItems',
      objectOf({ x: { type: 'array', items: { type: 'string' }, uniqueItems: true } }),
      /uniqueItems cannot be set to true/,
    ],
    ['both kinds of properties', objectOf({}, { additionalProperties: { type: 'string' } }), /mutual exclusive/],
    [
      'types inside anyOf',
      objectOf({ x: { type: 'string', anyOf: [{ type: 'string' }] } }),
      /must be empty to be structural/,
    ],
    [
      'a map list without keys',
      objectOf({ x: { type: 'array', items: objectOf({}), 'x-kubernetes-list-type': 'map' } }),
      /must not be empty if x-kubernetes-list-type is map/,
    ],
    [
      'a default that does not fit',
      objectOf({ x: { type: 'integer', default: 'one' } }),
      /default: Invalid value: "string"/,
    ],
    ['a rule that is no CEL', objectOf({}, { 'x-kubernetes-validations': [{ rule: 'self.(' }] }), /compilation failed/],
  ])('is rejected for %s', async (_case, spec, text) => {
    const { status, body } = await client.post(DEFINITIONS, aDefinition(spec));

    expect(status).toBe(422);
    expect(body.message).toMatch(text);
  });

  it('is rejected for keywords outside the dialect, a wrong name and a missing storage version', async () => {
    const strict = await client.post(
      `${DEFINITIONS}?fieldValidation=Strict`,
      aDefinition(objectOf({}, { propertyNames: {} })),
    );
    const name = await client.post(DEFINITIONS, {
      ...aDefinition(objectOf({})),
      metadata: { name: 'other.example.org' },
    });
    const storage = await client.post(DEFINITIONS, aDefinition(objectOf({}), { storage: false }));

    expect(strict.body.message).toContain(
      'unknown field "spec.versions[0].schema.openAPIV3Schema.properties.spec.propertyNames"',
    );
    expect(name.body.message).toContain('must be spec.names.plural+"."+spec.group');
    expect(storage.body.message).toContain('must have exactly one version marked as storage version');
  });

  it('serves the same objects in every version', async () => {
    const definition = aDefinition(objectOf({ a: { type: 'string' } }));
    const spec = definition['spec'] as { versions: JsonObject[] };
    spec.versions.push({ ...spec.versions[0], name: 'v1beta1', storage: false });
    await client.post(DEFINITIONS, definition);
    await client.post(TUNNELS, aTunnel('a', { a: 'x' }));
    const { body } = await client.get('/apis/example.org/v1beta1/namespaces/default/tunnels/a');

    expect(body).toMatchObject({ apiVersion: 'example.org/v1beta1', spec: { a: 'x' } });
  });
});
