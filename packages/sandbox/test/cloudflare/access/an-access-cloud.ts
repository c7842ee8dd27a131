import type { CloudflareOptions } from '../../../src/cloudflare/server.ts';
import { aCloud, type Answer, type TestCloud } from '../a-cloud.ts';

type Json = Readonly<Record<string, unknown>>;

/** A Cloudflare whose account has the team `acme`, and short ways to make what Access has. */
export interface AccessCloud extends TestCloud {
  /** `/accounts/:account/access` */
  readonly path: string;
  application(body?: Json): Promise<Answer>;
  policy(body?: Json): Promise<Answer>;
  serviceToken(body?: Json): Promise<Answer>;
}

export const EVERYONE = [{ everyone: {} }];

export async function anAccessCloud(options: CloudflareOptions = {}): Promise<AccessCloud> {
  const cloud = await aCloud(options);
  cloud.admin.access.enable({ account: cloud.account, team: 'acme' });
  const path = `/accounts/${cloud.account}/access`;
  return {
    ...cloud,
    path,
    application: (body = {}) => cloud.post(`${path}/apps`, { type: 'self_hosted', domain: 'app.example.com', ...body }),
    policy: (body = {}) =>
      cloud.post(`${path}/policies`, { name: 'staff', decision: 'allow', include: EVERYONE, ...body }),
    serviceToken: (body = {}) => cloud.post(`${path}/service_tokens`, { name: 'robot', ...body }),
  };
}

export function idOf({ result }: Answer): string {
  return String(result['id']);
}
