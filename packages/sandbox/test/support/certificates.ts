import { generate } from 'selfsigned';

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** A self-signed certificate for a name, and its key, both in PEM. */
export async function aKeyPair(name: string): Promise<KeyPair> {
  const pair = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key: pair.private, cert: pair.cert };
}
