import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { CONFIG_MAPS, SECRETS } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

/** A length-delimited field. All lengths here fit in one byte. */
function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}

function envelope(apiVersion: string, kind: string, object: Buffer): Buffer {
  return message(Buffer.from('k8s\0'), field(1, message(field(1, apiVersion), field(2, kind))), field(2, object));
}

function post(path: string, body: Buffer) {
  return client.request('POST', path, body, { 'content-type': 'application/vnd.kubernetes.protobuf' });
}

/** Metadata as Go encodes it, including empty strings. */
function metadata(name: string): Buffer {
  return field(1, message(field(1, name), field(2, ''), field(3, '')));
}

describe('protobuf bodies', () => {
  it('create a namespace, as kubectl create namespace sends it', async () => {
    const { status, body } = await post('/api/v1/namespaces', envelope('v1', 'Namespace', metadata('proto')));

    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'Namespace', metadata: { name: 'proto' }, status: { phase: 'Active' } });
    expect(body.metadata).not.toHaveProperty('generateName');
  });

  it('create a Secret whose values are bytes', async () => {
    const entry = message(field(1, 'token'), field(2, Buffer.from([0, 255, 7])));
    const { body } = await post(
      SECRETS,
      envelope('v1', 'Secret', message(metadata('bytes'), field(2, entry), field(3, 'Opaque'))),
    );

    expect(body).toMatchObject({ type: 'Opaque', data: { token: Buffer.from([0, 255, 7]).toString('base64') } });
  });

  it('create a ConfigMap with several keys, one of them empty', async () => {
    const entries = [message(field(1, 'a'), field(2, '1')), message(field(1, 'b'), field(2, ''))].map((entry) =>
      field(2, entry),
    );
    const { body } = await post(CONFIG_MAPS, envelope('v1', 'ConfigMap', message(metadata('keys'), ...entries)));

    expect(body['data']).toEqual({ a: '1', b: '' });
  });

  it('carry the options of a deletion, as helm sends them', async () => {
    await post(CONFIG_MAPS, envelope('v1', 'ConfigMap', metadata('removed')));
    const stale = field(2, message(field(1, 'another-uid')));
    const options = envelope('v1', 'DeleteOptions', message(stale, field(4, 'Background')));
    const type = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    const refused = await client.request('DELETE', `${CONFIG_MAPS}/removed`, options, type);
    const plain = envelope('v1', 'DeleteOptions', field(4, 'Background'));
    const accepted = await client.request('DELETE', `${CONFIG_MAPS}/removed`, plain, type);

    expect([refused.status, accepted.status]).toEqual([409, 200]);
  });

  it('are rejected with a hint for unsupported kinds, and if they are malformed', async () => {
    const unread = await post(
      '/apis/coordination.k8s.io/v1/namespaces/default/leases',
      envelope('coordination.k8s.io/v1', 'Lease', metadata('l')),
    );
    const cut = await post(CONFIG_MAPS, envelope('v1', 'ConfigMap', metadata('cut')).subarray(0, 20));
    const foreign = await post(CONFIG_MAPS, Buffer.from('{}'));

    expect([unread.status, cut.status, foreign.status]).toEqual([415, 400, 400]);
    expect(unread.body.message).toContain('kubectl apply -f');
  });
});
