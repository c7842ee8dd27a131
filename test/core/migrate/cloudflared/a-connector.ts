/** A connector with a file of its own, as the Deployment shop/edge. */
import { expect } from '@jest/globals';
import { parseCloudflared } from '../../../../src/core/migrate/cloudflared/parse.ts';
import type { Container, MigrationInput, Workload } from '../../../../src/core/migrate/facts.ts';
import type { Findings } from '../../../../src/core/migrate/takeover.ts';
import { TUNNEL_ID, aRule, aTakeover, anInput, cloudflared, configIn, running, tokenIn } from '../a-cluster.ts';

export const NOT_FOUND = { service: 'http_status:404' };
export const RULES = [{ hostname: 'app.example.com', service: 'http://web' }, NOT_FOUND];
export const TOKEN = tokenIn('shop/cloudflare');
export const EDGE = cloudflared('shop/edge');
export const TAKEN = {
  ...aTakeover({ tunnel: 'shop/edge', rules: [aRule('app.example.com', 'http://web')] }),
  findFile: expect.any(Function),
  leftovers: ['kubectl delete deployment -n shop edge'],
};

export function found(config: object, facts: Partial<MigrationInput> = {}): Findings {
  const configMaps = [configIn('shop/edge', { tunnel: TUNNEL_ID, ingress: RULES, ...config })];
  return parseCloudflared(anInput({ deployments: [EDGE], configMaps, secrets: [TOKEN], ...facts }));
}

export function withToken(container: Container, key = 'shop/edge'): Workload {
  return running(key, { image: 'cloudflare/cloudflared:2026.8.2', ...container });
}

/** The token of a tunnel, as Cloudflare shows it. */
export function tokenFor(tunnel: unknown): string {
  return Buffer.from(JSON.stringify({ a: 'account', t: tunnel, s: 'c2VjcmV0' })).toString('base64');
}
