/** Compares what Access has of a world with the desired state: one application for each protected hostname, no other. */
import type { DesiredState, Exposure } from './desired-state.ts';
import { difference } from './difference.ts';
import { EdgeVisits } from './edge-visits.ts';
import type { LocalWorld } from './local-world.ts';

export function accessProblems(world: LocalWorld, { exposed }: DesiredState): readonly string[] {
  const { accountId, mark, sandbox } = world;
  const { access } = sandbox.cloudflare.admin;
  const isOwn = ({ name }: { readonly name: string }): boolean => name.includes(mark);
  const protectedOnes = Object.values(exposed).filter(isProtected);
  const policies = new Set(protectedOnes.flatMap(({ by, access: names = '' }) => policyKeys(names, by)));
  return [
    ...difference(
      'application',
      protectedOnes.map(({ hostname }) => hostname),
      access
        .applications(accountId)
        .filter(isOwn)
        .flatMap(({ uris }) => uris),
    ),
    ...difference(
      'policy',
      [...policies].map((key) => `${mark}${key}`),
      access
        .policies(accountId)
        .filter(isOwn)
        .map(({ name }) => name),
    ),
  ];
}

/** Those who may enter by a protected hostname have to get to its origin. */
export async function entryProblems({ sandbox }: LocalWorld, { exposed }: DesiredState): Promise<readonly string[]> {
  const edge = new EdgeVisits(sandbox);
  const found = await Promise.all(
    Object.values(exposed)
      .filter(isProtected)
      .map(async ({ hostname: name, access = '' }) => {
        const host = name.replace('*', 'x');
        const [policy = ''] = access.split(',');
        const email = `${policy.replace(/.*\//, '')}@example.com`;
        const cookie = isGuarded(sandbox, host) ? sandbox.cloudflare.gate.signIn({ email, host }) : undefined;
        if (cookie === undefined) return `${email} cannot sign in at ${host}`;
        const { status, by } = await edge.visit(host, { url: '/', headers: { cookie } });
        return status === 200 ? '' : `${email} gets ${status} from the ${by} at ${host}`;
      }),
  );
  return found.filter((problem) => problem !== '');
}

function isGuarded({ cloudflare }: LocalWorld['sandbox'], host: string): boolean {
  const visitor = { host, path: '/', headers: {}, address: '198.51.100.7', country: 'XX', certificate: undefined };
  return cloudflare.gate.judge(visitor).kind !== 'open';
}

export function isProtected({ access = 'none' }: Exposure): boolean {
  return access !== 'none';
}

/** The AccessPolicies that an annotation names; those without a namespace are in that of the Tunnel. */
function policyKeys(names: string, tunnel: string): readonly string[] {
  const [namespace = ''] = tunnel.split('/');
  return names.split(',').map((name) => (name.includes('/') ? name : `${namespace}/${name}`));
}
