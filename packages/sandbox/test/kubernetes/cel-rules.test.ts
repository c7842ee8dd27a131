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

/** The validation errors of a tunnel with this spec. */
function complaints(spec: unknown): Promise<string[]> {
  return client.complaints(TUNNELS, { ...aTunnel('a'), spec });
}

/** An object schema with one CEL rule. */
function withRule(rule: JsonObject, properties: JsonObject = {}): JsonObject {
  return objectOf(properties, { 'x-kubernetes-validations': [rule] });
}

describe('CEL rules', () => {
  it('compare integers, strings, lists and absent fields', async () => {
    await client.define(
      withRule(
        {
          rule: "(!has(self.min) || self.min <= self.max) && self.hosts.all(h, h.endsWith('.org')) && size(self.hosts) < 3",
          message: 'bad',
        },
        {
          min: { type: 'integer' },
          max: { type: 'integer' },
          hosts: { type: 'array', items: { type: 'string' } },
        },
      ),
    );

    expect(await complaints({ min: 2, max: 1, hosts: [] })).toEqual(['spec: Invalid value: bad']);
    expect(await complaints({ max: 1, hosts: ['a.com'] })).toEqual(['spec: Invalid value: bad']);
    expect(await complaints({ min: 1, max: 10, hosts: ['a.org'] })).toEqual([]);
  });

  it('read integers as ints, numbers as doubles and times as timestamps', async () => {
    const rule = 'self.n % 2 == 0 && type(self.d) == double && self.at < timestamp("2026-01-01T00:00:00Z")';
    const number = { type: 'number' };
    const time = { type: 'string', format: 'date-time' };
    await client.define(withRule({ rule, message: 'no' }, { n: { type: 'integer' }, d: number, at: time }));

    expect(await complaints({ n: 4, d: 3, at: '2025-01-01T00:00:00Z' })).toEqual([]);
    expect(await complaints({ n: 4, d: 3, at: '2027-01-01T00:00:00Z' })).toEqual(['spec: Invalid value: no']);
  });

  it('can make fields immutable on updates', async () => {
    await client.define(
      withRule({ rule: 'self.name == oldSelf.name', message: 'name is immutable' }, { name: { type: 'string' } }),
    );
    await client.post(TUNNELS, aTunnel('a', { name: 'x' }));
    const { status, body } = await client.patch('merge', `${TUNNELS}/a`, { spec: { name: 'y' } });

    expect(status).toBe(422);
    expect(body.message).toBe('Tunnel.example.org "a" is invalid: spec: Invalid value: name is immutable');
  });

  it('can read an optional old value', async () => {
    const rule = {
      rule: 'oldSelf.hasValue() || self == "first"',
      optionalOldSelf: true,
      message: 'must begin with first',
    };
    await client.define(objectOf({ stage: { type: 'string', 'x-kubernetes-validations': [rule] } }));

    expect(await complaints({ stage: 'second' })).toEqual([
      'spec.stage: Invalid value: "second": must begin with first',
    ]);
    expect((await client.post(TUNNELS, aTunnel('a', { stage: 'first' }))).status).toBe(201);
    expect((await client.patch('merge', `${TUNNELS}/a`, { spec: { stage: 'second' } })).status).toBe(200);
  });

  it('correlate items of a keyed list when they move', async () => {
    const item = {
      ...objectOf({ k: { type: 'string' }, v: { type: 'string' } }, { required: ['k'] }),
      'x-kubernetes-validations': [{ rule: 'self.v == oldSelf.v', message: 'v is immutable' }],
    };
    await client.define(
      objectOf({
        list: { type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] },
      }),
    );
    await client.post(
      TUNNELS,
      aTunnel('a', {
        list: [
          { k: 'a', v: '1' },
          { k: 'b', v: '2' },
        ],
      }),
    );
    const moved = await client.patch('merge', `${TUNNELS}/a`, {
      spec: {
        list: [
          { k: 'b', v: '2' },
          { k: 'a', v: '1' },
        ],
      },
    });
    const changed = await client.patch('merge', `${TUNNELS}/a`, { spec: { list: [{ k: 'a', v: '9' }] } });

    expect(moved.status).toBe(200);
    expect(changed.body.message).toContain('spec.list[0]: Invalid value: v is immutable');
  });

  it('determine message, reason and field', async () => {
    const rule = {
      rule: 'has(self.name)',
      messageExpression: '"name is missing in " + string(self.n)',
      reason: 'FieldValueRequired',
      fieldPath: '.name',
    };
    await client.define(withRule(rule, { name: { type: 'string' }, n: { type: 'integer' } }));

    expect(await complaints({ n: 7 })).toEqual(['spec.name: Required value: name is missing in 7']);
  });

  it('can limit the name at the root', async () => {
    const definition = aDefinition(objectOf({}));
    const [version] = (definition['spec'] as { versions: [{ schema: { openAPIV3Schema: JsonObject } }] }).versions;
    version.schema.openAPIV3Schema['x-kubernetes-validations'] = [
      { rule: 'self.metadata.name.size() <= 5', message: 'name is too long' },
    ];
    await client.post(DEFINITIONS, definition);
    const { body } = await client.post(TUNNELS, aTunnel('too-long'));

    expect(body.message).toBe('Tunnel.example.org "too-long" is invalid: <nil>: Invalid value: name is too long');
  });

  it('are skipped for values of the wrong shape, and report evaluation errors', async () => {
    await client.define(withRule({ rule: 'self.n > 1', message: 'n' }, { n: { type: 'integer' } }));

    expect(await complaints({ n: 'x' })).toEqual([
      'spec.n: Invalid value: "string": spec.n in body must be of type integer: "string"',
      expect.stringMatching(/^<nil>: Invalid value: null: some validation rules were not checked/),
    ]);
    expect(await complaints({})).toEqual(['spec: Invalid value: "object": no such key: n evaluating rule: n']);
  });

  it('match patterns as Go does', async () => {
    await client.define(withRule({ rule: "self.n.matches('^(?i)[a-z]+$')", message: 'n' }, { n: { type: 'string' } }));

    expect(await complaints({ n: 'ABC' })).toEqual([]);
    expect(await complaints({ n: 'ABC\n' })).toEqual([expect.stringContaining('n')]);
  });

  it('can read fields whose names are not identifiers', async () => {
    await client.define(
      withRule(
        { rule: 'self.foo__dash__bar == "x" && self.__namespace__ == "y"' },
        { 'foo-bar': { type: 'string' }, namespace: { type: 'string' } },
      ),
    );

    expect(await complaints({ 'foo-bar': 'x', namespace: 'y' })).toEqual([]);
  });
});
