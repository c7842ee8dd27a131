import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** The key pair with which the tokens of an organization are signed. */
export interface SigningKey {
  /** 64 hex digits. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The signing keys of every organization, newest first. A pair is made on first use, which takes a tenth of a second. */
export class AccessKeys {
  readonly #byAccount = new Map<string, readonly SigningKey[]>();

  current(accountId: string): SigningKey {
    const [current] = this.all(accountId);
    return current ?? this.rotate(accountId);
  }

  /** The current key and the one before. */
  all(accountId: string): readonly SigningKey[] {
    return this.#byAccount.get(accountId) ?? [];
  }

  /** Makes a new key. Tokens signed with the one before stay valid. */
  rotate(accountId: string): SigningKey {
    const key = newSigningKey();
    this.#byAccount.set(accountId, [key, ...this.all(accountId)].slice(0, 2));
    return key;
  }
}

function newSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = createPublicKey(privateKey);
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return { kid, privateKey, publicKey };
}
