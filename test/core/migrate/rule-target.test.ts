import { expect, it } from '@jest/globals';
import { targetOf } from '../../../src/core/migrate/rule-target.ts';
import { withPorts } from './a-cluster.ts';

const SERVICES = [withPorts('shop/web', 80), withPorts('edge/near', 80)];

it.each([
  { url: 'http://web.shop:80', protocol: 'http', port: 80 },
  { url: 'http://web.shop.svc', protocol: 'http', port: 80 },
  { url: 'https://web.shop.svc.cluster.local/', protocol: 'https', port: 443 },
  { url: 'wss://WEB.shop.svc.other.domain.:8443', protocol: 'https', port: 8443 },
  { url: 'ssh://web.shop.svc', protocol: 'ssh', port: 22 },
  { url: ' ws://web.shop.svc ', protocol: 'http', port: 80 },
  { url: 'rdp://web.shop.svc', protocol: 'rdp', port: 3389 },
  { url: 'smb://web.shop.svc', protocol: 'smb', port: 445 },
])('$url leads to the Service', ({ url, ...address }) => {
  expect(targetOf(url, SERVICES, 'edge')).toEqual({ kind: 'service', service: SERVICES[0], ...address });
});

it('a name without dots is one in the namespace of the connector', () => {
  expect(targetOf('http://near', SERVICES, 'edge')).toMatchObject({ kind: 'service', service: SERVICES[1] });
  expect(targetOf('http://web', SERVICES, 'edge')).toEqual({ kind: 'missing', service: 'edge/web' });
});

it.each([
  ['http://gone.shop.svc:80', { kind: 'missing', service: 'shop/gone' }],
  ['http://nas.local:5000', { kind: 'elsewhere', host: 'nas.local', protocol: 'http', port: 5000 }],
  ['http://localhost.example:80', { kind: 'elsewhere', host: 'localhost.example', protocol: 'http', port: 80 }],
  ['http://x127.0.0.1:80', { kind: 'elsewhere', host: 'x127.0.0.1', protocol: 'http', port: 80 }],
  ['http://10.0.0.5.shop:80', { kind: 'elsewhere', host: '10.0.0.5.shop', protocol: 'http', port: 80 }],
  ['http://127.0.0.1', { kind: 'none', why: '"http://127.0.0.1" is in the pod of the connector itself' }],
  ['http://[::1]:80', { kind: 'none', why: '"http://[::1]:80" is in the pod of the connector itself' }],
  ['http://web.shop.example:80', { kind: 'elsewhere', host: 'web.shop.example', protocol: 'http', port: 80 }],
  ['xhttp://a.b', { kind: 'none', why: '"xhttp://a.b" is nothing that a Service can be' }],
  ['http://a.b/path', { kind: 'none', why: '"http://a.b/path" is nothing that a Service can be' }],
  ['https://10.0.0.5', { kind: 'elsewhere', host: '10.0.0.5', protocol: 'https', port: 443 }],
  ['tcp://[fd00::1]:9000', { kind: 'elsewhere', host: '[fd00::1]', protocol: 'tcp', port: 9000 }],
  ['http://localhost:8080', { kind: 'none', why: '"http://localhost:8080" is in the pod of the connector itself' }],
  ['tcp://web.shop.svc', { kind: 'none', why: '"tcp://web.shop.svc" has no port' }],
  ['udp://web.shop.svc:53', { kind: 'none', why: '"udp://web.shop.svc:53" is nothing that a Service can be' }],
  ['unix:/run/a.sock', { kind: 'none', why: '"unix:/run/a.sock" is nothing that a Service can be' }],
  ['hello_world', { kind: 'none', why: '"hello_world" is nothing that a Service can be' }],
])('%s is told apart', (url, target) => {
  expect(targetOf(url, SERVICES, 'edge')).toEqual(target);
});
