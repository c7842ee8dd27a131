import type { PolicyContent } from '../../../../src/core/access/remote.ts';
import { ACCESS_PERMISSIONS, OPERATOR_PERMISSIONS } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import { type TestCloud, aCloud } from '../a-session.ts';

export const EVERYONE = [{ everyone: {} }];

export const STAFF: PolicyContent = {
  name: 'staff',
  decision: 'allow',
  include: [{ email: { email: 'ann@example.com' } }],
  require: [],
  exclude: [],
};

/** An account with Access, and a session of a token that may use it. */
export async function anAccessAccount(): Promise<TestCloud> {
  const cloud = await aCloud();
  cloud.admin.access.enable({ account: cloud.account, team: 'acme' });
  const permissions = [...OPERATOR_PERMISSIONS, ...ACCESS_PERMISSIONS];
  return { ...cloud, session: cloud.sessionOf(cloud.admin.addToken({ permissions })) };
}
