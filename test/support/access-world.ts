/** An account with Access and a cluster, both in memory, in which any call may be the last one of the process. */
import type { AccessPolicy, AccessServiceToken, KubeObject, Secret, Tunnel } from '../../src/api/objects.ts';
import type { PolicyPort } from '../../src/controllers/access/policy/context.ts';
import { reconcilePolicy } from '../../src/controllers/access/policy/reconcile.ts';
import type { AccessCloudflare } from '../../src/controllers/access/ports.ts';
import type { TokenPort } from '../../src/controllers/access/token/context.ts';
import { reconcileToken } from '../../src/controllers/access/token/reconcile.ts';
import type { ClientCredentials, RemotePolicy, RemoteServiceToken } from '../../src/core/access/remote.ts';
import type { Outcome } from '../../src/runtime/controller.ts';
import { EPOCH, aSecret, aTunnel } from './builders.ts';

export const ACCOUNT = 'a'.repeat(32);
export const POLICY = 'shop/staff';
export const TOKEN = 'shop/robot';

const CREDENTIALS = aSecret('shop/cloudflare-api-token', {
  CLOUDFLARE_API_TOKEN: 'token',
  CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
});

/** The process has died. */
class Killed extends Error {}

/** `before`: the call is not carried out. `after`: it is, and its answer is lost. */
export type Death = { readonly call: number; readonly when: 'before' | 'after' };

export class AccessWorld {
  policy: AccessPolicy | undefined;
  token: AccessServiceToken | undefined;
  tunnel: Tunnel | undefined = aTunnel('shop/home');
  credentials: Secret | undefined = CREDENTIALS;
  users: readonly string[] = ['shop/home'];
  policies: readonly RemotePolicy[] = [];
  tokens: readonly (RemoteServiceToken & { readonly secret: string })[] = [];
  groups: readonly { readonly id: string; readonly name: string }[] = [];
  secret: Secret | undefined;
  now = EPOCH;
  /** Names of the calls, in order. */
  readonly log: string[] = [];
  readonly notes: string[] = [];
  death: Death | undefined;
  failures = new Map<string, Error>();
  waitedMs = 0;
  #made = 0;
  #sessions = new Map<string, AccessCloudflare>();
  #answers: PolicyPort['answers'] = new Map();

  async policyPass(failures = 0): Promise<Outcome> {
    return reconcilePolicy(this.#policyPort(), POLICY, this.#pass(failures));
  }

  async tokenPass(failures = 0): Promise<Outcome> {
    return reconcileToken(this.#tokenPort(), TOKEN, this.#pass(failures));
  }

  /** Forgets what a process remembers. */
  restart(): void {
    this.death = undefined;
    this.#sessions = new Map();
    this.#answers = new Map();
  }

  /** Passes until one writes nothing. */
  async settle(pass: () => Promise<Outcome>): Promise<void> {
    for (let round = 0; round < 10; round += 1) {
      const before = this.log.length;
      await pass();
      if (this.log.length === before) return;
    }
    throw new Error(`not settled: ${this.log.slice(-10).join(', ')}`);
  }

  #pass(failures: number) {
    return { signal: new AbortController().signal, failures, isRetry: failures > 0 };
  }

  async #write<T>(name: string, effect: () => T): Promise<T> {
    const failure = this.failures.get(name);
    if (failure !== undefined) throw failure;
    const isLast = this.death?.call === this.log.length;
    if (isLast && this.death?.when === 'before') throw new Killed();
    const result = effect();
    this.log.push(name);
    if (isLast) throw new Killed();
    return result;
  }

  #shared() {
    return {
      cluster: 'test',
      hash: String,
      driftIntervalMs: 60_000,
      tunnels: { get: () => this.tunnel, list: () => (this.tunnel === undefined ? [] : [this.tunnel]) },
      secrets: {
        get: async (key: string) => (key === TOKEN ? this.secret : this.credentials),
      },
      cloudflare: () => this.#cloudflare(),
      lastSessions: this.#sessions,
      record: async (_: KubeObject, { reason }: { readonly reason: string }) => void this.notes.push(reason),
      changed: (_: KubeObject, { reason }: { readonly reason: string }) => void this.notes.push(reason),
      recordAboutOperator: async ({ reason }: { readonly reason: string }) => void this.notes.push(`Lease ${reason}`),
      waits: { startOrContinue: () => this.waitedMs, end: () => undefined },
      now: () => this.now,
    };
  }

  #objects() {
    const change = (object: KubeObject, changes: object): void => {
      const isPolicy = object.kind === 'AccessPolicy';
      const current = isPolicy ? this.policy : this.token;
      const changed = { ...current, ...changes };
      if (isPolicy) this.policy = changed as AccessPolicy;
      else this.token = changed as AccessServiceToken;
    };
    return {
      apply: (manifest: KubeObject) =>
        this.#write('store Secret', () => {
          this.secret = manifest;
          return manifest;
        }),
      applyStatus: (object: KubeObject, status: unknown) =>
        this.#write('write status', () => change(object, { status })),
      setFinalizers: (object: KubeObject, finalizers: readonly string[]) =>
        this.#write('write finalizers', () => {
          change(object, { metadata: { ...object.metadata, finalizers } });
          const isGone = object.metadata.deletionTimestamp !== undefined && finalizers.length === 0;
          if (isGone && object.kind === 'AccessPolicy') this.policy = undefined;
          if (isGone && object.kind === 'AccessServiceToken') this.token = undefined;
          return true;
        }),
    };
  }

  #policyPort(): PolicyPort {
    return {
      ...this.#shared(),
      objects: this.#objects(),
      policies: { get: () => this.policy },
      serviceTokens: { get: () => this.token },
      usersOf: () => this.users,
      answers: this.#answers,
    };
  }

  #tokenPort(): TokenPort {
    return {
      ...this.#shared(),
      objects: this.#objects(),
      serviceTokens: { get: () => this.token },
      findNextTime: (_, after) => ({
        time: new Date(Date.parse(after) + 86_400_000).toISOString().replace('.000', ''),
      }),
    };
  }

  #cloudflare(): AccessCloudflare {
    return {
      accessPolicies: async () => this.policies,
      hasAllAccessPolicies: () => true,
      createAccessPolicy: (_, content) =>
        this.#write('create policy', () => {
          const created = { ...content, id: `policy-${(this.#made += 1)}`, isUsed: false };
          this.policies = [...this.policies, created];
          return created;
        }),
      updateAccessPolicy: ({ id }, content) =>
        this.#write('change policy', () => {
          this.policies = this.policies.map((one) => (one.id === id ? { ...one, ...content } : one));
          return this.policies.find((one) => one.id === id);
        }),
      deleteAccessPolicy: ({ id }) =>
        this.#write('delete policy', () => {
          const isFree = !this.policies.some((one) => one.id === id && one.isUsed);
          if (isFree) this.policies = this.policies.filter((one) => one.id !== id);
          return isFree;
        }),
      accessGroups: async () => this.groups,
      loginMethods: async () => [],
      ...this.#tokensPort(),
    };
  }

  #tokensPort(): Pick<
    AccessCloudflare,
    | 'serviceTokens'
    | 'hasAllServiceTokens'
    | 'createServiceToken'
    | 'rotateServiceToken'
    | 'extendServiceToken'
    | 'disableServiceToken'
    | 'deleteServiceToken'
  > {
    const edit = (id: string, changes: Partial<(typeof this.tokens)[number]>): RemoteServiceToken | undefined => {
      this.tokens = this.tokens.map((one) => (one.id === id ? { ...one, ...changes } : one));
      return this.tokens.find((one) => one.id === id);
    };
    return {
      serviceTokens: async () => this.tokens,
      hasAllServiceTokens: () => true,
      createServiceToken: (_, { name, duration }) =>
        this.#write('create token', () => {
          const number = (this.#made += 1);
          const remote = { id: `token-${number}`, name, duration, clientId: `client-${number}`, isEnabled: true };
          this.tokens = [...this.tokens, { ...remote, secret: `secret-${number}` }];
          return { ...remote, clientSecret: `secret-${number}` };
        }),
      rotateServiceToken: ({ id }) =>
        this.#write('rotate token', (): ClientCredentials | undefined => {
          const secret = `secret-${(this.#made += 1)}`;
          const rotated = edit(id, { secret });
          return rotated && { clientId: rotated.clientId, clientSecret: secret };
        }),
      extendServiceToken: ({ id }, duration = '8760h') =>
        this.#write('extend token', () => edit(id, { duration, expiresAt: '2030-01-01T00:00:00Z' })),
      disableServiceToken: ({ id }) => this.#write('disable token', () => void edit(id, { isEnabled: false })),
      deleteServiceToken: ({ id }) =>
        this.#write('delete token', () => {
          const isFree = !this.policies.some((one) => JSON.stringify(one).includes(id));
          if (isFree) this.tokens = this.tokens.filter((one) => one.id !== id);
          return isFree;
        }),
    };
  }
}

export function anAccessPolicy(spec: AccessPolicy['spec']): AccessPolicy {
  const metadata = { name: 'staff', namespace: 'shop', uid: 'policy-uid', generation: 1 };
  return { apiVersion: 'cftunnel.io/v1alpha1', kind: 'AccessPolicy', metadata, spec };
}

export function anAccessServiceToken(spec: Partial<AccessServiceToken['spec']> = {}): AccessServiceToken {
  const metadata = { name: 'robot', namespace: 'shop', uid: 'token-uid', generation: 1 };
  const whole = { tunnelRef: { name: 'home' }, secretName: 'robot', duration: '8760h', ...spec };
  return { apiVersion: 'cftunnel.io/v1alpha1', kind: 'AccessServiceToken', metadata, spec: whole };
}

/** What was there before a deletion, and what is left after it. */
export interface Life {
  readonly calls: number;
  readonly found: unknown;
  readonly left: unknown;
}

/** A life without a death, and one with a death at each of its calls. */
export async function dyingAtEachCall(live: (death?: Death) => Promise<Life>): Promise<readonly Life[]> {
  const lives = [await live()];
  for (let call = 0; call < (lives[0]?.calls ?? 0); call += 1)
    for (const when of ['before', 'after'] as const) lives.push(await live({ call, when }));
  return lives;
}

/** Does something until the process dies; what it remembers is then lost. */
export async function untilDeath(world: AccessWorld, life: Promise<void>): Promise<void> {
  await life.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  world.restart();
}
