import { describe, expect, it } from '@jest/globals';
import { CREDENTIALS_HASH_ANNOTATION, ROTATION_ANNOTATION } from '../../../src/api/names.ts';
import type { Secret } from '../../../src/api/objects.ts';
import { credentialsIn, isTokenSecret, recordIn, tokenSecretFor } from '../../../src/core/access/token-secret.ts';
import { anAccessServiceToken } from '../../support/access-world.ts';
import { aSecret, base64 } from '../../support/builders.ts';

const TOKEN = { ...anAccessServiceToken({ secretName: 'robot-token' }), status: { rotation: { handled: 'one' } } };
const CREDENTIALS = { clientId: 'client', clientSecret: 'secret' };
const hash = (text: string): string => `hash of ${text}`;
const WRITTEN = tokenSecretFor(TOKEN, { credentials: CREDENTIALS, record: {} }, hash);
/** What a program needs, without what the operator adds. */
const BARE: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'robot-token' }, data: WRITTEN.data ?? {} };
const FOREIGN = aSecret('shop/robot-token', { password: 'p' });

function holding(data: Readonly<Record<string, string>>): Secret {
  return { ...WRITTEN, data };
}

function restored(metadata: Partial<Secret['metadata']> = {}): Secret {
  return { ...WRITTEN, metadata: { ...WRITTEN.metadata, ownerReferences: [], ...metadata } };
}

describe('the Secret of a service token', () => {
  it('holds what programs send, and is deleted with the token', () => {
    expect(WRITTEN).toStrictEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'robot-token',
        namespace: 'shop',
        labels: { 'app.kubernetes.io/managed-by': 'cftunnel-operator', 'app.kubernetes.io/part-of': 'cftunnel' },
        annotations: { [CREDENTIALS_HASH_ANNOTATION]: 'hash of ["client","secret"]' },
        ownerReferences: [
          {
            apiVersion: TOKEN.apiVersion,
            kind: 'AccessServiceToken',
            name: 'robot',
            uid: 'token-uid',
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      type: 'Opaque',
      data: { CF_ACCESS_CLIENT_ID: base64('client'), CF_ACCESS_CLIENT_SECRET: base64('secret') },
    });
  });

  it('keeps what is known of rotations, from which the next pass goes on', () => {
    const record = { pending: { request: 'two' } };
    const secret = tokenSecretFor(TOKEN, { credentials: CREDENTIALS, record }, hash);

    expect(secret.metadata.annotations?.[ROTATION_ANNOTATION]).toBe('{"pending":{"request":"two"}}');
    expect(recordIn(secret, TOKEN)).toStrictEqual(record);
  });

  it.each([
    ['without a Secret', undefined],
    ['in a Secret without annotations', BARE],
    ['in a Secret without a record', WRITTEN],
  ])('is replaced by what the status knows of rotations %s', (_, secret) => {
    expect(recordIn(secret, TOKEN)).toStrictEqual({ handled: 'one' });
  });
});

describe('credentials in a Secret', () => {
  it('are those that the operator wrote', () => {
    expect(credentialsIn(WRITTEN, hash)).toStrictEqual(CREDENTIALS);
  });

  const { CF_ACCESS_CLIENT_ID: id = '', CF_ACCESS_CLIENT_SECRET: secret = '' } = WRITTEN.data ?? {};

  it.each<[string, Secret]>([
    ['no data', { ...restored(), data: undefined } as unknown as Secret],
    ['no id', holding({ CF_ACCESS_CLIENT_SECRET: secret })],
    ['no secret', holding({ CF_ACCESS_CLIENT_ID: id })],
    ['a secret that somebody has changed', holding({ CF_ACCESS_CLIENT_ID: id, CF_ACCESS_CLIENT_SECRET: 'eA==' })],
    ['no annotation that proves them', BARE],
    ['an empty id', tokenSecretFor(TOKEN, { credentials: { ...CREDENTIALS, clientId: '' }, record: {} }, hash)],
    ['an empty secret', tokenSecretFor(TOKEN, { credentials: { ...CREDENTIALS, clientSecret: '' }, record: {} }, hash)],
  ])('are none in one with %s', (_, found) => {
    expect(credentialsIn(found, hash)).toBeUndefined();
  });
});

describe('a Secret', () => {
  const other = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'other', uid: 'other-uid' }];

  it.each<[string, Secret, string | undefined, boolean]>([
    ['with its owner reference', WRITTEN, undefined, true],
    ['with its owner reference, whatever it holds now', holding({}), undefined, true],
    ['that was restored with what Cloudflare has', restored(), 'client', true],
    ['that was restored under another owner', restored({ ownerReferences: other }), 'client', true],
    ['that was restored with another token', restored(), 'other', false],
    ['that was restored while there is no token', restored(), undefined, false],
    ['of another owner', restored({ ownerReferences: other }), undefined, false],
    ['of somebody else', FOREIGN, 'client', false],
    ['of somebody else while there is no token', FOREIGN, undefined, false],
    ['that holds nothing, and has our label', { ...restored(), data: {} }, 'client', false],
    ['that holds nothing while there is no token', { ...restored(), data: {} }, undefined, false],
    ['that somebody has copied without its label', restored({ labels: {} }), 'client', false],
    ['without labels', BARE, 'client', false],
  ])('%s is ours, %s being the token: %s', (_, secret, clientId, isOurs) => {
    expect(isTokenSecret(secret, TOKEN, { clientId, hash })).toBe(isOurs);
  });
});
