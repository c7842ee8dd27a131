import { describe, expect, it } from '@jest/globals';
import { isOriginOf, originOf, serviceOf } from '../../../src/core/model/service-origin.ts';

// Invariant 16.
describe('an origin of a Service', () => {
  it('is a port of it, in a protocol that cloudflared speaks', () => {
    const origin = originOf('https', 'shop/web', 8443);

    expect(origin).toBe('https://web.shop.svc:8443');
    expect(isOriginOf('shop/web', origin)).toBe(true);
    expect(serviceOf(origin)).toBe('shop/web');
  });

  it.each([
    'http://db.shop.svc:80',
    'http://web.blog.svc:80',
    'http://web.shop.svc:0',
    'http://web.shop.svc:99999',
    'http://web.shop.svc:80/',
    'http://web.shop.svc:80@evil.example',
    'http://web.shop.svc.evil.example:80',
    'unix://web.shop.svc:80',
    'bastion',
    '',
  ])('is not %j', (origin) => {
    expect(isOriginOf('shop/web', origin)).toBe(false);
  });

  it.each(['http://evil.example:80', 'http://web.shop.svc.evil.example:80', 'hello_world'])(
    'does not lead to a Service if it is %j',
    (origin) => {
      expect(serviceOf(origin)).toBeUndefined();
    },
  );
});
