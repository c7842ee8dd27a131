import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aTunnel, objectOf, TUNNELS } from '../support/objects.ts';

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

/** Accompanies every error that prevents the evaluation of rules. */
const UNCHECKED =
  '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

describe('validation', () => {
  it.each<[string, JsonObject, unknown, string[]]>([
    [
      'type',
      { type: 'integer' },
      'x',
      ['spec.f: Invalid value: "string": spec.f in body must be of type integer: "string"', UNCHECKED],
    ],
    [
      'maximum',
      { type: 'integer', maximum: 25 },
      26,
      ['spec.f: Invalid value: 26: spec.f in body should be less than or equal to 25'],
    ],
    [
      'minimum',
      { type: 'integer', minimum: 0 },
      -1,
      ['spec.f: Invalid value: -1: spec.f in body should be greater than or equal to 0'],
    ],
    [
      'exclusive minimum',
      { type: 'integer', minimum: 0, exclusiveMinimum: true },
      0,
      ['spec.f: Invalid value: 0: spec.f in body should be greater than 0'],
    ],
    [
      'multipleOf',
      { type: 'integer', multipleOf: 5 },
      7,
      ['spec.f: Invalid value: 7: spec.f in body should be a multiple of 5'],
    ],
    [
      'enum',
      { type: 'string', enum: ['A', 'B'] },
      'x',
      ['spec.f: Unsupported value: "x": supported values: "A", "B"', UNCHECKED],
    ],
    [
      'pattern',
      { type: 'string', pattern: '^a+$' },
      'b',
      [`spec.f: Invalid value: "b": spec.f in body should match '^a+$'`],
    ],
    [
      'maxLength',
      { type: 'string', maxLength: 2 },
      'abc',
      ['spec.f: Too long: may not be more than 2 bytes', UNCHECKED],
    ],
    [
      'minLength',
      { type: 'string', minLength: 1 },
      '',
      ['spec.f: Invalid value: "": spec.f in body should be at least 1 chars long'],
    ],
    [
      'format',
      { type: 'string', format: 'date-time' },
      'x',
      ['spec.f: Invalid value: "x": spec.f in body must be of type date-time: "x"', UNCHECKED],
    ],
    [
      'int32',
      { type: 'integer', format: 'int32' },
      2 ** 31,
      ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.f'],
    ],
    [
      'required',
      objectOf({ name: { type: 'string' } }, { required: ['name'] }),
      {},
      ['spec.f.name: Required value', UNCHECKED],
    ],
    [
      'maxItems',
      { type: 'array', maxItems: 1, items: { type: 'string' } },
      ['a', 'b'],
      ['spec.f: Too many: 2: must have at most 1 item', UNCHECKED],
    ],
    [
      'minItems',
      { type: 'array', minItems: 1, items: { type: 'string' } },
      [],
      ['spec.f: Invalid value: []: spec.f in body should have at least 1 items'],
    ],
    [
      'items',
      { type: 'array', items: { type: 'string' } },
      [1],
      ['spec.f[0]: Invalid value: "integer": spec.f[0] in body must be of type string: "integer"', UNCHECKED],
    ],
    [
      'set',
      { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      ['a', 'a'],
      ['spec.f[1]: Duplicate value: "a"'],
    ],
    [
      'map list',
      {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
        items: objectOf({ k: { type: 'string' } }, { required: ['k'] }),
      },
      [{ k: 'a' }, { k: 'a' }],
      ['spec.f[1]: Duplicate value: {"k":"a"}'],
    ],
    [
      'int or string',
      { 'x-kubernetes-int-or-string': true },
      true,
      ['spec.f: Invalid value: "boolean": spec.f in body must be of type integer,string: "boolean"', UNCHECKED],
    ],
    [
      'null in a list',
      { type: 'array', items: { type: 'string' } },
      [null],
      ['spec.f[0]: Invalid value: "null": spec.f[0] in body must be of type string: "null"', UNCHECKED],
    ],
    [
      'anyOf',
      { type: 'string', anyOf: [{ minLength: 3 }, { pattern: '^x' }] },
      'ab',
      [
        '<nil>: Invalid value: "": "spec.f" must validate at least one schema (anyOf)',
        'spec.f: Invalid value: "ab": spec.f in body should be at least 3 chars long',
      ],
    ],
    [
      'oneOf',
      { type: 'string', oneOf: [{ minLength: 1 }, { pattern: '^x' }] },
      'xb',
      ['<nil>: Invalid value: "": "spec.f" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      'not',
      { type: 'string', not: { pattern: '^x' } },
      'xb',
      ['<nil>: Invalid value: "": "spec.f" must not validate the schema (not)'],
    ],
    [
      'maxProperties',
      { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 1 },
      { a: '1', b: '2' },
      ['spec.f: Too many: 2: must have at most 1 item', UNCHECKED],
    ],
  ])('returns the message of the real server: %s', async (_case, schema, value, expected) => {
    await client.define(objectOf({ f: schema }));

    expect(await complaints({ f: value })).toEqual(expected);
  });

  it.each<[string, JsonObject, unknown]>([
    ['an int or a string', { 'x-kubernetes-int-or-string': true }, 80],
    ['an allowed null', { type: 'string', nullable: true }, null],
    ['a null that counts as absent', { type: 'string' }, null],
    ['a uuid', { type: 'string', format: 'uuid' }, 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
    ['an unknown format', { type: 'string', format: 'whatever' }, 'x'],
    ['a whole number where any number may be', { type: 'number' }, 3],
  ])('accepts %s', async (_case, schema, value) => {
    await client.define(objectOf({ f: schema }));

    expect(await complaints({ f: value })).toEqual([]);
  });

  it('checks the value of the scale subresource in addition to the schema', async () => {
    const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
    await client.define(objectOf({ replicas: { type: 'integer', minimum: 0 } }), { subresources: { scale } });

    expect(await complaints({ replicas: -1 })).toEqual([
      'spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0',
      '.spec.replicas: Invalid value: -1: should be a non-negative integer',
    ]);
  });

  it('requires a version for PUT', async () => {
    await client.define(objectOf({}));
    await client.post(TUNNELS, aTunnel('a'));
    const { status, body } = await client.put(`${TUNNELS}/a`, aTunnel('a'));

    expect(status).toBe(422);
    expect(body.message).toContain('metadata.resourceVersion: Invalid value: 0: must be specified for an update');
  });

  it('applies to the result of a patch', async () => {
    await client.define(objectOf({ n: { type: 'integer', maximum: 2 } }));
    await client.post(TUNNELS, aTunnel('a', { n: 1 }));
    const { status } = await client.patch('merge', `${TUNNELS}/a`, { spec: { n: 3 } });

    expect(status).toBe(422);
  });
});
