import { describe, expect, it } from '@jest/globals';
import { digest, fingerprint, newTunnelSecret } from '../../src/adapters/digest.ts';

describe('digest', () => {
  it('is the first 16 digits of the SHA-256, on every machine', () => {
    expect(digest('')).toBe('e3b0c44298fc1c14');
    expect(digest('größer')).toBe(digest('größer'));
  });
});

describe('fingerprint', () => {
  it('is the first 32 digits of the SHA-256, on every machine', () => {
    expect(fingerprint('')).toBe('e3b0c44298fc1c149afbf4c8996fb924');
  });
});

describe('newTunnelSecret', () => {
  it('is 32 bytes in standard base64', () => {
    const secret = newTunnelSecret();

    expect(secret).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secret, 'base64')).toHaveLength(32);
  });

  it('is new each time', () => {
    expect(newTunnelSecret()).not.toBe(newTunnelSecret());
  });
});
