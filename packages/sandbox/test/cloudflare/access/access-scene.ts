/** Visitors before an application with policies. */
import type { IncomingHttpHeaders } from 'node:http';
import { verifyToken } from '../../../src/cloudflare/access/gate/application-token.ts';
import type { CloudflareOptions } from '../../../src/cloudflare/server.ts';
import type { AccessDecision } from '../../../src/edge/front-door/access-gate.ts';
import { type AccessCloud, anAccessCloud, idOf } from './an-access-cloud.ts';

export type Json = Readonly<Record<string, unknown>>;

export const EMAIL = 'me@example.com';
export const ME = [{ email: { email: EMAIL } }];
export const OFFICE = [{ ip: { ip: '192.0.2.0/24' } }];

export interface Visitor {
  readonly host?: string;
  readonly path?: string;
  readonly headers?: IncomingHttpHeaders;
  readonly address?: string;
  readonly country?: string;
  readonly certificate?: string;
}

export interface Scene {
  readonly cloud: AccessCloud;
  readonly judge: (visitor?: Visitor) => AccessDecision;
  /** `open`, `admitted`, or the status of the answer. */
  readonly outcome: (visitor?: Visitor) => string | number;
}

/** An application of app.example.com whose policies are made from `policies`, in this order. */
export async function aScene(
  policies: readonly Json[],
  application: Json = {},
  options: CloudflareOptions = {},
): Promise<Scene> {
  const cloud = await anAccessCloud(options);
  const made = [];
  for (const policy of policies) made.push(idOf(await cloud.policy(policy)));
  await cloud.application({ policies: made, ...application });
  const judge: Scene['judge'] = (visitor = {}) =>
    cloud.gate.judge({
      host: 'app.example.com',
      path: '/',
      headers: {},
      address: '198.51.100.7',
      country: 'XX',
      certificate: undefined,
      ...visitor,
    });
  return { cloud, judge, outcome: (visitor) => outcomeOf(judge(visitor)) };
}

export function outcomeOf(decision: AccessDecision): string | number {
  return decision.kind === 'answered' ? decision.page.status : decision.kind;
}

/** What the token that a visitor is let in with says. */
export function assertedBy(decision: AccessDecision, { gate, account }: AccessCloud) {
  const token = decision.kind === 'admitted' ? (decision.headers['cf-access-jwt-assertion'] ?? '') : '';
  return verifyToken(token, gate.keysOf(account), Date.now());
}
