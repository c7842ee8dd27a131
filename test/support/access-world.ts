/** An account with Access and a cluster, both in memory, in which any call may be the last one of the process. */
import type { AccessPolicy, AccessServiceToken, Secret, Tunnel } from '../../src/api/objects.ts';
import type { PolicyPort } from '../../src/controllers/access/policy/context.ts';
import { reconcilePolicy } from '../../src/controllers/access/policy/reconcile.ts';
import type { AccessCloudflare } from '../../src/controllers/access/ports.ts';
import { reconcileToken } from '../../src/controllers/access/token/reconcile.ts';
import type { NamedObject, PolicyContent, RemotePolicy, RemoteServiceToken } from '../../src/core/access/remote.ts';
import type { Outcome } from '../../src/runtime/controller.ts';
import { ACCOUNT, OTHER_ACCOUNT } from './access-account.ts';
import { TOKEN, policyPortOf, tokenPortOf } from './access-world-ports.ts';
import { EPOCH, aSecret, aTunnel } from './builders.ts';

export { ACCOUNT, OTHER_ACCOUNT };
const POLICY = 'shop/staff';

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
  otherTunnels: readonly Tunnel[] = [];
  /** Of every Tunnel. */
  credentials: Secret | undefined = CREDENTIALS;
  users: readonly string[] = ['shop/home'];
  policies: readonly RemotePolicy[] = [];
  tokens: readonly (RemoteServiceToken & { readonly secret: string })[] = [];
  /** Policies of the other account. */
  policiesElsewhere: readonly RemotePolicy[] = [];
  groups: readonly NamedObject[] = [];
  loginMethods: readonly NamedObject[] = [];
  /** False: a call was not answered, so something may be missing from the lists. */
  areListsComplete = true;
  /** Lists show no policies and tokens, as soon after their creation. */
  isListBehind = false;
  /** False: the lists do not show yet that an application uses a policy. */
  isUseListed = true;
  /** Somebody deletes what is about to be changed. */
  isDeletedMeanwhile = false;
  /** The new end of a token that is extended. */
  extendedUntil = '2030-01-01T00:00:00Z';
  /** What Cloudflare makes of a policy that is written. */
  spell = (content: PolicyContent): PolicyContent => content;
  secret: Secret | undefined;
  /** The AccessPolicy or AccessServiceToken was deleted after the pass began. */
  isGone = false;
  now = EPOCH;
  /** Names of the calls, in order. */
  readonly log: string[] = [];
  /** Events and changes, in order. */
  readonly told: string[] = [];
  /** How old a list may be, for each that was read. */
  readonly ages: number[] = [];
  death: Death | undefined;
  failures = new Map<string, Error>();
  waitedMs = 0;
  /** What waits for credentials. */
  readonly waiting = new Set<string>();
  made = 0;
  sessions = new Map<string, AccessCloudflare>();
  answers: PolicyPort['answers'] = new Map();

  async policyPass(failures = 0): Promise<Outcome> {
    return reconcilePolicy(policyPortOf(this), POLICY, this.#pass(failures));
  }

  async tokenPass(failures = 0): Promise<Outcome> {
    return reconcileToken(tokenPortOf(this), TOKEN, this.#pass(failures));
  }

  /** Forgets what a process remembers. */
  restart(): void {
    this.death = undefined;
    this.sessions = new Map();
    this.answers = new Map();
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

  get tunnels(): readonly Tunnel[] {
    return [...(this.tunnel === undefined ? [] : [this.tunnel]), ...this.otherTunnels];
  }

  /** Answers a call unless it is to fail. */
  async read<T>(name: string, answer: () => T): Promise<T> {
    const failure = this.failures.get(name);
    if (failure !== undefined) throw failure;
    return answer();
  }

  write<T>(name: string, effect: () => T): Promise<T> {
    return this.read(name, () => {
      const isLast = this.death?.call === this.log.length;
      if (isLast && this.death?.when === 'before') throw new Killed();
      const result = effect();
      this.log.push(name);
      if (isLast) throw new Killed();
      return result;
    });
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
