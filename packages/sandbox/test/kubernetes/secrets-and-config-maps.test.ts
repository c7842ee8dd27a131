import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aConfigMap, aSecret, CONFIG_MAPS, SECRETS } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

describe('Secret', () => {
  it('merges stringData into base64 data and is Opaque by default', async () => {
    const { body } = await client.post(SECRETS, aSecret('folded', { data: { a: 'MQ==' }, stringData: { b: 'two' } }));

    expect(body).toMatchObject({ type: 'Opaque', data: { a: 'MQ==', b: 'dHdv' } });
    expect(body).not.toHaveProperty('stringData');
  });

  it('rejects data that is not base64, invalid keys and missing keys of its type', async () => {
    const base64 = await client.post(SECRETS, aSecret('bad', { data: { a: 'no base64!' } }));

    expect([base64.status, base64.body.message]).toEqual([
      400,
      expect.stringContaining('illegal base64 data at input byte 2'),
    ]);
    expect(await client.complaints(SECRETS, aSecret('bad', { data: { 'a b': '' } }))).toEqual([
      expect.stringContaining('data[a b]: Invalid value: "a b": a valid config key must consist of'),
    ]);
    expect(await client.complaints(SECRETS, aSecret('bad', { type: 'kubernetes.io/tls' }))).toEqual([
      'data[tls.crt]: Required value',
      'data[tls.key]: Required value',
    ]);
  });

  it('keeps its type, and everything if it is immutable', async () => {
    await client.post(SECRETS, aSecret('fixed', { immutable: true, stringData: { a: '1' } }));
    const type = await client.patch('merge', `${SECRETS}/fixed`, { type: 'other' });
    const data = await client.patch('merge', `${SECRETS}/fixed`, { stringData: { a: '2' } });
    const word = await client.patch('merge', `${SECRETS}/fixed`, { immutable: false });

    expect(type.body.message).toContain('type: Invalid value: "other": field is immutable');
    expect(data.body.message).toContain('data: Forbidden: field is immutable when `immutable` is set');
    expect(word.status).toBe(422);
  });
});

describe('ConfigMap', () => {
  it('contains only strings', async () => {
    const { status, body } = await client.post(CONFIG_MAPS, { ...aConfigMap('n'), data: { a: 1 } });

    expect([status, body.message]).toEqual([
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ]);
  });

  it('has each key once, at most a mebibyte, and no changes if it is immutable', async () => {
    await client.post(CONFIG_MAPS, { ...aConfigMap('fixed', { a: '1' }), immutable: true });
    const changed = await client.patch('merge', `${CONFIG_MAPS}/fixed`, { data: { a: '2' } });

    expect(
      await client.complaints(CONFIG_MAPS, { ...aConfigMap('twice', { a: '1' }), binaryData: { a: 'MQ==' } }),
    ).toHaveLength(1);
    expect(await client.complaints(CONFIG_MAPS, aConfigMap('big', { a: 'x'.repeat(1024 * 1024 + 1) }))).toHaveLength(1);
    expect(changed.status).toBe(422);
  });
});
