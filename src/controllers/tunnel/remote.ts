import type { Secret, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import { ownedNames } from '../../core/owned.ts';
import { ownershipOf } from '../../core/manifests/ownership.ts';
import { isRetained } from '../../core/manifests/retention.ts';
import { credentialsSecretFor } from '../../core/manifests/secret.ts';
import { type AdoptionFacts, adoptionProblem } from '../../core/tunnel/adoption.ts';
import {
  type TunnelCredentials,
  readConnectorToken,
  readCredentials,
  writeCredentials,
} from '../../core/tunnel/credentials.ts';
import { credentialsStored, tunnelCreated } from '../../core/tunnel/changes.ts';
import { type RemoteAction, type RemoteTunnel, decideRemote } from '../../core/tunnel/remote.ts';
import { remoteNameOf } from '../../core/model/tunnel-settings.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { Access, TunnelContext } from './context.ts';
import { claim, nameTaken } from './adopt.ts';

/** A tunnel that exists and whose credentials lie in our Secret. */
export interface Identity {
  readonly accountId: string;
  readonly tunnelId: string;
  readonly credentialsHash: string;
}

/** What the credentials Secret holds. */
export interface Stored {
  readonly credentials: TunnelCredentials | undefined;
  /** The Secret, if it has lost its owner: Cloudflare has to agree before it is adopted. */
  readonly ownerless: Secret | undefined;
}

/** Read live, since Secrets are not watched. */
export async function readStored(ctx: TunnelContext, tunnel: Tunnel, pass: Pass): Promise<Stored> {
  const key = `${tunnel.metadata.namespace}/${ownedNames(tunnel).credentials}`;
  const secret = await ctx.secrets.get(key, pass.signal);
  if (secret === undefined) return { credentials: undefined, ownerless: undefined };
  const ownership = ownershipOf(secret, tunnel, ctx.hash);
  if (ownership.kind === 'foreign') throw nameTaken(secret, ownership.why);
  if (ownership.kind === 'owned' && isRetained(secret)) {
    ctx.secrets.forget(key);
    await claim(ctx, tunnel, secret, pass.signal);
  }
  const ownerless = ownership.kind === 'adoptable' ? secret : undefined;
  return { credentials: readCredentials(secret, ctx.hash), ownerless };
}

/** The credentials that may be used while Cloudflare cannot be asked. */
export function verifiedCredentials(
  { credentials, ownerless }: Stored,
  { status }: Tunnel,
): TunnelCredentials | undefined {
  const isVerified = ownerless === undefined || (credentials?.tunnelId ?? '') === status?.tunnelId;
  return isVerified ? credentials : undefined;
}

/**
 * The tunnel whose making a crash or a lost answer kept from being noted: found by its name, proven by the secret
 * that was stored before. Listed anew, since what is known may be from before it was made.
 */
export async function findUnrecordedTunnel(
  ctx: TunnelContext,
  tunnel: Tunnel,
  access: Access,
  stored: TunnelCredentials,
  pass: Pass,
): Promise<Identity | undefined> {
  const work = { ctx, tunnel, access, stored, pass };
  const namesake = await findNamesake(work, remoteNameOf(tunnel, ctx.cluster));
  const remote = namesake && (await readRemote(work, namesake));
  return remote?.tunnelSecret === stored.tunnelSecret ? identityOf(ctx, remote) : undefined;
}

/** The identity as far as our Secret proves it, without a word from Cloudflare. */
export function identityOf(ctx: TunnelContext, stored: TunnelCredentials | undefined): Identity | undefined {
  if (stored?.tunnelId === undefined) return undefined;
  const { accountId, tunnelId } = stored;
  return { accountId, tunnelId, credentialsHash: ctx.hash(writeCredentials(stored)) };
}

/** Makes sure that the remote tunnel exists, is ours, and that its credentials are stored. */
export async function ensureRemote(
  ctx: TunnelContext,
  tunnel: Tunnel,
  access: Access,
  { credentials: stored, ownerless }: Stored,
  pass: Pass,
): Promise<Identity> {
  const work = { ctx, tunnel, access, stored, pass };
  if (ownerless !== undefined) await adopt(work, ownerless);
  const credentials = await perform(work, decide(work));
  const identity = identityOf(ctx, credentials);
  if (identity === undefined) throw new Error('the remote tunnel has no id');
  return identity;
}

interface Work {
  readonly ctx: TunnelContext;
  readonly tunnel: Tunnel;
  readonly access: Access;
  readonly stored: TunnelCredentials | undefined;
  readonly pass: Pass;
}

function decide(work: Work): RemoteAction {
  return decideRemote({ ...factsOf(work), stored: work.stored });
}

function factsOf({ ctx, tunnel, access }: Work): AdoptionFacts {
  return {
    name: remoteNameOf(tunnel, ctx.cluster),
    existing: tunnel.spec.existingTunnel,
    lastId: tunnel.status?.tunnelId,
    accountId: access.accountId,
    tunnels: access.tunnels,
  };
}

async function adopt(work: Work, secret: Secret): Promise<void> {
  const { ctx, tunnel, pass, stored } = work;
  const problem = stored && adoptionProblem(stored, factsOf(work));
  if (problem !== undefined) throw nameTaken(secret, problem);
  ctx.secrets.forget(keyOf(secret));
  await claim(ctx, tunnel, secret, pass.signal);
}

async function perform(work: Work, action: RemoteAction): Promise<TunnelCredentials | undefined> {
  switch (action.kind) {
    case 'keep':
      return work.stored;
    case 'restore':
      return store(work, await readRemote(work, action.tunnel));
    case 'prove':
      return prove(work, action.tunnel);
    case 'create':
      return create(work, action.name);
    case 'refuse':
      throw new OperatorError(action.reason, 'stall', action.message);
    default:
      return action satisfies never;
  }
}

/** The secret is stored before the tunnel is made with it: a crash in between is found by name and proven by secret. */
async function create(work: Work, name: string): Promise<TunnelCredentials> {
  const { ctx, access, pass } = work;
  const { accountId, cloudflare } = access;
  const tunnelSecret = work.stored?.tunnelSecret ?? ctx.newSecret();
  const pending = { accountId, tunnelSecret, tunnelId: undefined };
  if (work.stored === undefined || work.stored.tunnelId !== undefined) await store(work, pending);
  const made = await cloudflare.createTunnel(accountId, name, tunnelSecret, pass.signal);
  if (made !== undefined) {
    ctx.changed(work.tunnel, tunnelCreated(made, accountId), pass.signal);
    return store(work, { ...pending, tunnelId: made.id });
  }

  const namesake = await findNamesake(work, name);
  if (namesake === undefined)
    throw new OperatorError(
      'TunnelNameTaken',
      'wait',
      `Cloudflare says that the tunnel name "${name}" is taken, but lists no such tunnel. If this lasts, create the Tunnel anew with a spec.tunnelName`,
    );
  return prove({ ...work, stored: pending }, namesake);
}

async function findNamesake({ access, pass }: Work, name: string): Promise<RemoteTunnel | undefined> {
  const tunnels = await access.cloudflare.tunnels(access.accountId, 0, pass.signal);
  return tunnels.find((tunnel) => tunnel.name === name);
}

async function prove(work: Work, candidate: RemoteTunnel): Promise<TunnelCredentials> {
  const remote = await readRemote(work, candidate);
  if (work.stored?.tunnelSecret === remote.tunnelSecret) return store(work, remote);
  throw new OperatorError(
    'TunnelNameTaken',
    'stall',
    `A tunnel named "${candidate.name}" exists (${candidate.id}), and nothing proves that this Tunnel made it. Create the Tunnel anew: with spec.existingTunnel to take that one over, or with another spec.tunnelName`,
  );
}

async function readRemote({ access, pass }: Work, { id }: RemoteTunnel): Promise<TunnelCredentials> {
  const token = await access.cloudflare.connectorToken(access.accountId, id, pass.signal);
  const credentials = readConnectorToken(token);
  if (credentials === undefined)
    throw new OperatorError(
      'CloudflareRefused',
      'stall',
      `The connector token that Cloudflare gives for tunnel ${id} has an unknown form. Update the operator`,
    );
  return credentials;
}

async function store({ ctx, tunnel, pass }: Work, credentials: TunnelCredentials): Promise<TunnelCredentials> {
  const secret = credentialsSecretFor(tunnel, credentials, ctx.hash);
  ctx.secrets.forget(keyOf(secret));
  await ctx.objects.apply(secret, pass.signal);
  if (credentials.tunnelId !== undefined) ctx.changed(tunnel, credentialsStored(secret), pass.signal);
  return credentials;
}
