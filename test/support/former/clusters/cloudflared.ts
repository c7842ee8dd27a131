import { namespace, secret, service } from '../../world-objects.ts';
import { deployment } from '../deployments.ts';
import { ACCOUNT, type Objects, TUNNEL_ID, fileConnector } from './parts.ts';

/** Static connectors: one with a file, one with a token and rules at Cloudflare. */
export const CLOUDFLARED: Objects = [
  ...['depot', 'yard'].map((name) => namespace(name)),
  service('depot/web', {}, [{ port: 80 }]),
  service('yard/crane', {}, [{ port: 22 }]),
  secret('depot/cloudflare', { CLOUDFLARE_API_TOKEN: 'x' }),
  secret('depot/ca', { 'ca.crt': 'x' }),
  ...fileConnector('depot/edge', {
    tunnel: TUNNEL_ID,
    originRequest: { connectTimeout: '5s' },
    ingress: [
      { hostname: 'web.example.com', service: 'http://web' },
      { hostname: 'www.example.com', service: 'http://web' },
      { hostname: 'ssh.example.com', service: 'ssh://crane.yard:22' },
      { hostname: '*.example.com', service: 'http://192.0.2.7:8080' },
      { hostname: 'hidden.example.com', service: 'http://web' },
      { service: 'http_status:404' },
    ],
  }),
  deployment('depot/dashboard', {
    containers: [
      { name: 'cloudflared', image: 'cloudflare/cloudflared:2026.8.2', args: ['tunnel', 'run', '--token', token()] },
    ],
  }),
];

function token(): string {
  return Buffer.from(JSON.stringify({ a: ACCOUNT, t: TUNNEL_ID.replace('0b', '0d'), s: 'c2VjcmV0' })).toString(
    'base64',
  );
}
