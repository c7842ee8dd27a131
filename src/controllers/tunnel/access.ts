import type { Tunnel } from '../../api/objects.ts';
import { listed } from '../../core/quote.ts';
import { parseApiSecret } from '../../core/tunnel/credentials.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { Access, Cloudflare, TunnelContext } from './context.ts';

/** How old an answer of Cloudflare may be. What is wrong is asked anew when its back-off says so, so that it heals by itself. */
export function maxAgeMs(ctx: TunnelContext, pass: Pass): number {
  return pass.isRetry ? 1000 : ctx.driftIntervalMs;
}

/** In the intervals between, the connectors of each tunnel are asked for. */
function tunnelsMaxAgeMs(ctx: TunnelContext, pass: Pass): number {
  return pass.isRetry ? 1000 : 2 * ctx.driftIntervalMs;
}

/** Zones come and go rarely, and one that is missed is looked for at once: they are listed less often. */
const ZONES_MAX_AGE_MS = 1_800_000;

export function zonesMaxAgeMs(ctx: TunnelContext, pass: Pass): number {
  return pass.isRetry ? 1000 : Math.max(ctx.driftIntervalMs, ZONES_MAX_AGE_MS);
}

/** Reads the user's Secret and opens the account it gives access to. */
export async function openAccess(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Access> {
  const { cloudflare, accountId: ofSecret } = await openCloudflare(ctx, tunnel, pass);
  const named = tunnel.spec.accountId ?? ofSecret;
  const accountId = named ?? tunnel.status?.accountId ?? (await discoverAccount(ctx, tunnel, cloudflare, pass));
  refuseAnotherAccount(tunnel, accountId);
  return enter(ctx, cloudflare, accountId, pass);
}

/** The same for the account in which the tunnel was made, whatever is named by now. */
export async function openAccount(ctx: TunnelContext, tunnel: Tunnel, accountId: string, pass: Pass): Promise<Access> {
  const { cloudflare } = await openCloudflare(ctx, tunnel, pass);
  return enter(ctx, cloudflare, accountId, pass);
}

/** The list of tunnels is the proof that Cloudflare takes the credentials. */
async function enter(ctx: TunnelContext, cloudflare: Cloudflare, accountId: string, pass: Pass): Promise<Access> {
  const tunnels = await cloudflare.tunnels(accountId, tunnelsMaxAgeMs(ctx, pass), pass.signal);
  return { cloudflare, accountId, tunnels };
}

interface Opened {
  readonly cloudflare: Cloudflare;
  /** As the Secret names it. */
  readonly accountId: string | undefined;
}

async function openCloudflare(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Opened> {
  const key = `${tunnel.metadata.namespace}/${tunnel.spec.credentialsRef.name}`;
  const secret = await ctx.secrets.get(key, pass.signal);
  if (secret === undefined)
    throw new OperatorError(
      'SecretNotFound',
      'stall',
      `Secret ${key} does not exist. Create it with the key CLOUDFLARE_API_TOKEN`,
    );
  const parsed = parseApiSecret(secret);
  if ('problem' in parsed)
    throw new OperatorError('SecretInvalid', 'stall', `Secret ${key} cannot be used: ${parsed.problem}`);
  return { cloudflare: ctx.cloudflare(parsed.credentials), accountId: parsed.accountId };
}

function secretOf({ metadata, spec }: Tunnel): string {
  return `Secret ${metadata.namespace}/${spec.credentialsRef.name}`;
}

/** A tunnel cannot move between accounts; following the change would leave the old one behind unseen. */
function refuseAnotherAccount(tunnel: Tunnel, accountId: string): void {
  const before = tunnel.status?.accountId;
  if (before === undefined || before === accountId || tunnel.status?.tunnelId === undefined) return;
  throw new OperatorError(
    'AccountChanged',
    'stall',
    `The tunnel was made in account ${before}, and now account ${accountId} is named. Set it back, or delete and re-create the Tunnel`,
  );
}

/** The account of the zones the token sees; without zones, the accounts it can list. */
async function discoverAccount(
  ctx: TunnelContext,
  tunnel: Tunnel,
  cloudflare: Cloudflare,
  pass: Pass,
): Promise<string> {
  const zones = await cloudflare.zones(zonesMaxAgeMs(ctx, pass), pass.signal);
  const ofZones = [...new Set(zones.map((zone) => zone.accountId))];
  const ids =
    ofZones.length > 0 ? ofZones : (await cloudflare.accounts(maxAgeMs(ctx, pass), pass.signal)).map(({ id }) => id);
  const [only, ...others] = ids.toSorted();
  if (only === undefined)
    throw new OperatorError(
      'AccountNotFound',
      'stall',
      `The token in ${secretOf(tunnel)} sees no zone and no account. Set spec.accountId`,
    );
  if (others.length > 0)
    throw new OperatorError(
      'AccountAmbiguous',
      'stall',
      `The token in ${secretOf(tunnel)} sees several accounts (${listed([only, ...others])}). Set spec.accountId to one of them`,
    );
  return only;
}
