/** What each folder of `examples/` publishes, and which pods answer its visitors. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '../support/kube-client.ts';
import { type Strings, controller } from '../support/world-objects.ts';
import type { IngressRule } from '../support/world-views.ts';

export interface Example {
  /** The rules of its Tunnel, without the catch-all. */
  readonly rules: readonly IngressRule[];
  /** Hostname and path → the Deployment whose pods answer. */
  readonly visits?: Readonly<Record<string, string>>;
  /** What the cluster has before: the controller of another class, played by a web server. */
  readonly before?: readonly KubeObject[];
  /** A program without which it cannot be tried. */
  readonly needs?: string;
  /** Hostname and path that ask visitors to sign in. */
  readonly closed?: readonly string[];
  /** Hostname → how many pods answer its visitors. */
  readonly spread?: readonly [hostname: string, pods: number];
}

function web(hostname: string, service: string, protocol = 'http', port = 80): IngressRule {
  return { hostname, service: `${protocol}://${service}.svc:${port}` };
}

/** The certificate of an example, of which its controller has a copy. */
export function certificateIn(folder: string): Strings {
  const text = readFileSync(join(import.meta.dirname, '../../examples', folder, 'example.yaml'), 'utf8');
  const secret = (loadAll(text) as readonly KubeObject[]).find(({ kind }) => kind === 'Secret');
  return secret?.['stringData'] as Strings;
}

/** The rule of a hostname whose routes the proxy serves. */
function proxied(hostname: string, socket: string): IngressRule {
  return { hostname, service: socket, originRequest: expect.anything() };
}

/** The connectors check the tokens of Access. */
const CHECKED = { access: { required: true, teamName: expect.any(String), audTag: [expect.any(String)] } };

export const EXAMPLES: Readonly<Record<string, Example>> = {
  '01-first-exposure': {
    rules: [web('app.example.com', 'web.default')],
    visits: { 'app.example.com/': 'web' },
  },
  '02-hostname-from-domain': {
    rules: [web('blog.example.com', 'blog.default')],
    visits: { 'blog.example.com/': 'blog' },
  },
  '03-default-tunnel': {
    rules: [web('shop.example.com', 'shop.default'), web('www.example.com', 'shop.default')],
    visits: { 'shop.example.com/': 'shop', 'www.example.com/': 'shop' },
  },
  '04-https-origin': {
    rules: [web('api.example.com', 'api.default', 'https', 8443)],
    visits: { 'api.example.com/': 'api' },
  },
  '05-shared-tunnel': {
    rules: [web('portal.example.com', 'portal.team-a')],
    visits: { 'portal.example.com/': 'portal' },
  },
  '06-two-hostnames': {
    rules: [web('handbook.example.com', 'handbook.default'), web('handbook.example.org', 'handbook.default')],
    visits: { 'handbook.example.com/': 'handbook', 'handbook.example.org/': 'handbook' },
  },
  '07-paths': {
    rules: [
      { ...web('store.example.com', 'store-tools.default', 'http', 8081), path: '^/healthz$' },
      { ...web('store.example.com', 'store-api.default', 'http', 8080), path: '^/api(/|$)' },
      { ...web('store.example.com', 'store-tools.default'), path: '^/assets/.+\\.(css|js)$' },
      web('store.example.com', 'storefront.default'),
    ],
    visits: {
      'store.example.com/': 'storefront',
      'store.example.com/api/orders': 'store-api',
      'store.example.com/apiary': 'storefront',
      'store.example.com/healthz': 'store-tools',
      'store.example.com/assets/site.css': 'store-tools',
      'store.example.com/assets/logo.png': 'storefront',
    },
  },
  '08-private-ca': {
    rules: [
      {
        ...web('wiki.example.com', 'wiki.default', 'https', 443),
        originRequest: {
          originServerName: 'wiki.internal',
          caPool: expect.stringMatching(/^\/etc\/cloudflared\/config\/ca-[0-9a-f]{32}\.pem$/),
        },
      },
    ],
    visits: { 'wiki.example.com/': 'wiki' },
  },
  '09-ssh': {
    rules: [
      web('postgres.example.com', 'postgres.default', 'tcp', 5432),
      web('ssh.example.com', 'bastion.default', 'ssh', 22),
    ],
  },
  '10-wildcard': {
    rules: [web('dashboard.example.org', 'dashboard.default'), web('*.example.org', 'previews.default')],
    visits: { 'dashboard.example.org/': 'dashboard', 'anything.example.org/': 'previews' },
  },
  '11-balance-requests': {
    rules: [{ ...web('render.example.com', 'render.default'), originRequest: { keepAliveConnections: -1 } }],
    visits: { 'render.example.com/': 'render' },
    spread: ['render.example.com', 3],
  },
  '12-token-rotation': {
    rules: [web('mail.example.com', 'mail.default')],
    visits: { 'mail.example.com/': 'mail' },
  },
  '19-gateway-api': {
    rules: [
      { ...web('museum.example.com', 'tickets.default'), path: '^/tickets(/|$)' },
      web('museum.example.com', 'museum.default'),
    ],
    visits: { 'museum.example.com/': 'museum', 'museum.example.com/tickets': 'tickets' },
  },
  '21-local-network': {
    rules: [web('photos.example.com', 'photos.default')],
    visits: { 'photos.example.com/': 'photos' },
  },
  '22-access': {
    rules: [
      { ...web('intranet.example.com', 'intranet.default'), path: '^/status(/|$)' },
      { ...web('intranet.example.com', 'intranet.default'), path: '^/api(/|$)', originRequest: CHECKED },
      { ...web('intranet.example.com', 'intranet.default'), originRequest: CHECKED },
    ],
    visits: { 'intranet.example.com/status': 'intranet' },
    closed: ['intranet.example.com/', 'intranet.example.com/api'],
  },
  '13-token-mode': {
    rules: [web('chat.example.com', 'chat.default')],
    visits: { 'chat.example.com/': 'chat' },
  },
  '14-ingress': {
    rules: [
      { ...web('desk.example.com', 'tickets.default', 'http', 8080), path: '^/api(/|$)' },
      web('desk.example.com', 'desk.default'),
    ],
    visits: {
      'desk.example.com/': 'desk',
      'desk.example.com/api/tickets': 'tickets',
      'desk.example.com/apiary': 'desk',
    },
  },
  '15-ingress-nginx': {
    before: controller('ingress-nginx/ingress-nginx-controller', 'nginx'),
    rules: [web('blog.example.org', 'ingress-nginx-controller.ingress-nginx')],
    visits: { 'blog.example.org/': 'ingress-nginx-controller', 'blog.example.org/press/': 'ingress-nginx-controller' },
  },
  '16-traefik': {
    before: controller('traefik/traefik', 'traefik', certificateIn('16-traefik')),
    rules: [
      {
        ...web('orders.example.com', 'traefik.traefik', 'https', 443),
        originRequest: {
          originServerName: 'orders.example.com',
          caPool: expect.stringMatching(/^\/etc\/cloudflared\/config\/ca-[0-9a-f]{32}\.pem$/),
        },
      },
    ],
    visits: { 'orders.example.com/': 'traefik' },
  },
  '20-envoy-gateway': {
    before: controller('envoy-gateway-system/envoy-public', 'eg', certificateIn('20-envoy-gateway')),
    rules: [
      {
        ...web('travel.example.com', 'envoy-public.envoy-gateway-system', 'https', 443),
        originRequest: {
          originServerName: 'travel.example.com',
          caPool: expect.stringMatching(/^\/etc\/cloudflared\/config\/ca-[0-9a-f]{32}\.pem$/),
        },
      },
    ],
    visits: { 'travel.example.com/flights': 'envoy-public' },
  },
  '17-grpc': {
    needs: 'envoy',
    rules: [proxied('greeter.example.com', 'https://127.0.0.1:2003')],
    visits: { 'greeter.example.com/': 'greeter' },
    spread: ['greeter.example.com', 3],
  },
  '18-canary-weights': {
    needs: 'envoy',
    rules: [proxied('checkout.example.com', 'http://127.0.0.1:2002')],
    visits: { 'checkout.example.com/': 'checkout' },
    spread: ['checkout.example.com', 4],
  },
};
