import { describe, expect, it } from '@jest/globals';
import { parseServicePort } from '../../../src/core/model/service-port.ts';

describe('a port of a Service', () => {
  it.each([
    { text: 'shop/web:80', value: { service: 'shop/web', port: '80' } },
    {
      text: ' ingress-nginx/ingress-nginx-controller:https ',
      value: { service: 'ingress-nginx/ingress-nginx-controller', port: 'https' },
    },
  ])('is read from $text', ({ text, value }) => {
    expect(parseServicePort(text)).toEqual({ value });
  });

  it.each([
    '',
    'web',
    'web:80',
    'shop/web',
    'shop/web:',
    'Shop/web:80',
    'a/b/c:80',
    'shop/web:80:90',
    'http://web.shop:80',
  ])('is refused as %j', (text) => {
    expect(parseServicePort(text)).toEqual({ problem: expect.stringContaining('must be namespace/service:port') });
  });
});
