/** What the controllers of AccessPolicies and AccessServiceTokens reach for outside. */
import type { KubeObject, ObjectKey, Secret, Tunnel } from '../../api/objects.ts';
import type {
  ClientCredentials,
  NamedObject,
  PolicyContent,
  RemotePolicy,
  RemoteServiceToken,
} from '../../core/access/remote.ts';
import type { Change } from '../../core/model/change.ts';
import type { Note } from '../../core/status/notes.ts';
import type { ApiCredentials } from '../../core/tunnel/credentials.ts';

interface InAccount {
  readonly accountId: string;
  readonly id: string;
}

type List<T> = (accountId: string, maxAgeMs: number, signal: AbortSignal) => Promise<readonly T[]>;

/** Reusable policies, and what their rules name. */
export interface PoliciesPort {
  readonly accessPolicies: List<RemotePolicy>;
  /** False: a creation may have succeeded without an answer, so a policy of ours may be missing from the list. */
  hasAllAccessPolicies(accountId: string): boolean;
  /** `undefined`: there is none with the id. */
  accessPolicy(policy: InAccount, signal: AbortSignal): Promise<RemotePolicy | undefined>;
  createAccessPolicy(accountId: string, content: PolicyContent, signal: AbortSignal): Promise<RemotePolicy>;
  /** `undefined`: it is gone. */
  updateAccessPolicy(policy: InAccount, content: PolicyContent, signal: AbortSignal): Promise<RemotePolicy | undefined>;
  /** False: an application uses it. */
  deleteAccessPolicy(policy: InAccount, signal: AbortSignal): Promise<boolean>;
  readonly accessGroups: List<NamedObject>;
  readonly loginMethods: List<NamedObject>;
}

export interface ServiceTokensPort {
  readonly serviceTokens: List<RemoteServiceToken>;
  /** `undefined`: there is none with the id. */
  serviceToken(token: InAccount, signal: AbortSignal): Promise<RemoteServiceToken | undefined>;
  hasAllServiceTokens(accountId: string): boolean;
  createServiceToken(
    accountId: string,
    token: Pick<RemoteServiceToken, 'name' | 'duration'>,
    signal: AbortSignal,
  ): Promise<RemoteServiceToken & ClientCredentials>;
  /** The former secret stays valid until then. `undefined`: the token is gone. */
  rotateServiceToken(
    token: InAccount,
    formerUntil: string,
    signal: AbortSignal,
  ): Promise<ClientCredentials | undefined>;
  extendServiceToken(
    token: InAccount,
    duration: string | undefined,
    signal: AbortSignal,
  ): Promise<RemoteServiceToken | undefined>;
  disableServiceToken(token: InAccount, signal: AbortSignal): Promise<void>;
  /** False: a policy or group names it. */
  deleteServiceToken(token: InAccount, signal: AbortSignal): Promise<boolean>;
}

/** Cloudflare with one set of credentials. */
export type AccessCloudflare = PoliciesPort & ServiceTokensPort;

/** How the accounts of Tunnels are opened. */
export interface AccountsPort {
  readonly tunnels: { get(key: ObjectKey): Tunnel | undefined; list(): readonly Tunnel[] };
  readonly secrets: { get(key: ObjectKey, signal: AbortSignal): Promise<Secret | undefined> };
  readonly cloudflare: (credentials: ApiCredentials) => AccessCloudflare;
  /** The session by which each account was opened last. It lets a clean-up end although the Tunnel went first. */
  readonly lastSessions: Map<string, AccessCloudflare>;
}

/** What both controllers share. */
export interface AccessPort extends AccountsPort {
  readonly cluster: string;
  readonly hash: (text: string) => string;
  readonly driftIntervalMs: number;
  readonly objects: {
    applyStatus(object: KubeObject, status: unknown, signal: AbortSignal): Promise<void>;
    /** False: the object is gone. */
    setFinalizers(object: KubeObject, finalizers: readonly string[], signal: AbortSignal): Promise<boolean>;
  };
  readonly record: (object: KubeObject, note: Note, signal: AbortSignal) => Promise<void>;
  readonly changed: (object: KubeObject, change: Change, signal: AbortSignal) => void;
  /** Records an event on the operator's own Lease, which outlives the namespace. */
  readonly recordAboutOperator: (note: Note, signal: AbortSignal) => Promise<void>;
  /** Measures how long credentials have been waited for. */
  readonly waits: { startOrContinue(key: string): number; end(key: string): void };
  /** RFC 3339, second precision. */
  readonly now: () => string;
}
