import { describe, expect, it } from '@jest/globals';
import type { Secret } from '../../../../src/api/objects.ts';
import { readOnce } from '../../../../src/controllers/tunnel/pass/secrets.ts';

const never = new AbortController().signal;

/** A Secret of which every read finds a new version. */
function aChangingSecret() {
  let version = 0;
  const get = async (): Promise<Secret> => {
    version += 1;
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', resourceVersion: String(version) } };
  };
  const secrets = readOnce({ get, forget: () => undefined });
  const versionOf = async (key: string) => (await secrets.get(key, never))?.metadata.resourceVersion;
  return { secrets, versionOf };
}

describe('a Secret that is read once', () => {
  it('is the same version for all of a pass', async () => {
    const { versionOf } = aChangingSecret();

    expect(await versionOf('shop/token')).toBe('1');
    expect(await versionOf('shop/token')).toBe('1');
    expect(await versionOf('shop/other')).toBe('2');
  });

  it('is read again after it was written', async () => {
    const { secrets, versionOf } = aChangingSecret();
    await versionOf('shop/token');

    secrets.forget('shop/token');

    expect(await versionOf('shop/token')).toBe('2');
  });

  it('is read again after a read that failed', async () => {
    let isDown = true;
    const get = async (): Promise<undefined> => {
      if (isDown) throw new Error('down');
    };
    const secrets = readOnce({ get, forget: () => undefined });
    await expect(secrets.get('shop/token', never)).rejects.toThrow('down');

    isDown = false;

    await expect(secrets.get('shop/token', never)).resolves.toBeUndefined();
  });
});
