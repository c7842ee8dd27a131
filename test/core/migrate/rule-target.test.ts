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
