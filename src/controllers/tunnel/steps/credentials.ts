/** Opens the account that the user's Secret gives access to. */
import type { Tunnel } from '../../../api/objects.ts';
import { listed } from '../../../core/quote.ts';
import { type ApiCredentials, parseApiSecret } from '../../../core/tunnel/credentials.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import type { Access, Cloudflare, Secrets } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export const CREDENTIALS_ACCEPTED = {
  status: 'True',
  reason: 'CredentialsAccepted',
  message: 'Cloudflare accepts the credentials',
} as const;

export interface CredentialsPort {
  readonly cloudflare: (credentials: ApiCredentials) => Cloudflare;
}

export async function openAccess(port: CredentialsPort, pass: TunnelPass): Promise<Access> {
  const { spec, status } = pass.tunnel;
  const { cloudflare, accountId: ofSecret } = await openCloudflare(port, pass);
  const accountId = spec.accountId ?? ofSecret ?? status?.accountId ?? (await discoverAccount(cloudflare, pass));
  refuseAnotherAccount(pass.tunnel, accountId);
  return enter(cloudflare, accountId, pass);
}

/** Opens the account in which the tunnel was created, whichever account is named by now. */
export async function openAccount(port: CredentialsPort, pass: TunnelPass, accountId: string): Promise<Access> {
  const { cloudflare } = await openCloudflare(port, pass);
  return enter(cloudflare, accountId, pass);
}

/** Listing the tunnels proves that Cloudflare accepts the credentials. */
async function enter(cloudflare: Cloudflare, accountId: string, { maxAgeMs, signal }: TunnelPass): Promise<Access> {
  const tunnels = await cloudflare.tunnels(accountId, maxAgeMs.tunnels, signal);
  return { cloudflare, accountId, tunnels };
}

interface Opened<Session> {
  readonly cloudflare: Session;
  /** As the Secret names it. */
  readonly accountId: string | undefined;
}

/** Whose credentials are read, and how. */
interface Reader {
  readonly tunnel: Tunnel;
  readonly secrets: Pick<Secrets, 'get'>;
  readonly signal: AbortSignal;
}

export async function openCloudflare<Session>(
  port: { readonly cloudflare: (credentials: ApiCredentials) => Session },
  { tunnel, secrets, signal }: Reader,
): Promise<Opened<Session>> {
  const key = `${tunnel.metadata.namespace}/${tunnel.spec.credentialsRef.name}`;
  const secret = await secrets.get(key, signal);
  if (secret === undefined)
    throw stalled('SecretNotFound', `Secret ${key} does not exist. Create it with the key CLOUDFLARE_API_TOKEN`);
  const parsed = parseApiSecret(secret);
  if ('problem' in parsed) throw stalled('SecretInvalid', `Secret ${key} cannot be used: ${parsed.problem}`);
  return { cloudflare: port.cloudflare(parsed.credentials), accountId: parsed.accountId };
}

/** A tunnel cannot move between accounts: following the change would silently leave the old one behind. */
function refuseAnotherAccount({ status }: Tunnel, accountId: string): void {
  const before = status?.accountId;
  if (before === undefined || before === accountId || status?.tunnelId === undefined) return;
  const message = `The tunnel was created in account ${before}, but the account is now ${accountId}. Set it back, or delete and re-create the Tunnel`;
  throw stalled('AccountChanged', message);
}

/** The account of the zones that the token sees; without zones, the only account that it can list. */
async function discoverAccount(cloudflare: Cloudflare, { tunnel, maxAgeMs, signal }: TunnelPass): Promise<string> {
  const zones = await cloudflare.zones(maxAgeMs.zones, signal);
  const ofZones = [...new Set(zones.map((zone) => zone.accountId))];
  const ids = ofZones.length > 0 ? ofZones : (await cloudflare.accounts(maxAgeMs.records, signal)).map(({ id }) => id);
  const [only, ...others] = ids.toSorted();
  const token = `The token in Secret ${tunnel.metadata.namespace}/${tunnel.spec.credentialsRef.name}`;
  if (only === undefined)
    throw stalled('AccountNotFound', `${token} can access no zone and no account. Set spec.accountId`);
  if (others.length > 0) {
    const accounts = listed([only, ...others]);
    throw stalled(
      'AccountAmbiguous',
      `${token} can access several accounts (${accounts}). Set spec.accountId to one of them`,
    );
  }
  return only;
}

function stalled(reason: OperatorError['reason'], message: string): OperatorError {
  return new OperatorError(reason, 'stall', message);
}
