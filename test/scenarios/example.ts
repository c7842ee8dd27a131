/** What each folder of `examples/` publishes, and which pods answer its visitors. */
import { expect } from '@jest/globals';
import type { IngressRule } from '../support/world-views.ts';

export interface Example {
  /** The rules of its Tunnel, without the catch-all. */
  readonly rules: readonly IngressRule[];
  /** Hostname and path → the Deployment whose pods answer. */
  readonly visits?: Readonly<Record<string, string>>;
  /** Hostname → how many pods answer its visitors. */
  readonly spread?: readonly [hostname: string, pods: number];
}

function web(hostname: string, service: string, protocol = 'http', port = 80): IngressRule {
  return { hostname, service: `${protocol}://${service}.svc:${port}` };
}

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
  '16-gateway-api': {
    rules: [
      { ...web('museum.example.com', 'tickets.default'), path: '^/tickets(/|$)' },
      web('museum.example.com', 'museum.default'),
    ],
    visits: { 'museum.example.com/': 'museum', 'museum.example.com/tickets': 'tickets' },
  },
  '13-token-mode': {
    rules: [web('chat.example.com', 'chat.default')],
    visits: { 'chat.example.com/': 'chat' },
  },
};
