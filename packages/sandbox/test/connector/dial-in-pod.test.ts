import { describe, expect, it } from '@jest/globals';
import { withOwnLoopback } from '../../src/connector/dial-in-pod.ts';

describe('an origin on the loopback address', () => {
  it.each([
    ['service: http://127.0.0.1:8080', 'service: http://127.16.0.9:8080'],
    ['"service":"https://localhost:8443"', '"service":"https://127.16.0.9:8443"'],
    ['tcp://[::1]:22', 'tcp://127.16.0.9:22'],
    ['http://localhost', 'http://127.16.0.9'],
    ['http://localhost.example.com', 'http://localhost.example.com'],
    ['http://127.0.0.10:80', 'http://127.0.0.10:80'],
    ['http://web.default.svc:80', 'http://web.default.svc:80'],
    ['httpHostHeader: localhost', 'httpHostHeader: localhost'],
  ])('%s becomes %s', (text, moved) => {
    expect(withOwnLoopback(text, '127.16.0.9')).toBe(moved);
  });
});
