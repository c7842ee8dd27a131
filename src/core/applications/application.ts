/** Access applications, as far as the operator reads and writes them. */
import { sameJson } from '../equal.ts';

/** What an application says. */
export interface ApplicationContent {
  /** Begins with the domain, which visitors read when they sign in, and ends in the ownership mark. */
  readonly name: string;
  /** A hostname, perhaps with a path below which everything is protected. */
  readonly domain: string;
  /** Ids of policies in the order in which they apply, or everyone without a check. */
  readonly policies: readonly string[] | 'everyone';
  /** A Go duration. */
  readonly sessionDuration: string;
  /** Ids of the login methods that visitors may use; empty: all of the account. */
  readonly loginMethods: readonly string[];
}

/** An application as Cloudflare returns it. */
export interface RemoteApplication extends Omit<ApplicationContent, 'policies'> {
  readonly id: string;
  /** The audience of its tokens. */
  readonly audience: string;
  readonly type: string;
  /** Every hostname and path that it protects. */
  readonly domains: readonly string[];
  /** `other`: policies that the operator does not make, such as one that belongs to the application alone. */
  readonly policies: ApplicationContent['policies'] | 'other';
  /** What people have set in the dashboard. It is kept when the application is written. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What became of a write. */
export type WrittenApplication =
  | { readonly kind: 'written'; readonly application: RemoteApplication }
  /** Somebody else has an application for the domain. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'gone' }
  /** Cloudflare rejects what it says. */
  | { readonly kind: 'refused'; readonly why: string };

/** The type of an application in front of a website. */
export const SELF_HOSTED = 'self_hosted';

/** The name of a Tunnel's application. `mark`: of the Tunnel, as on its records. */
export function applicationName(domain: string, mark: string): string {
  return `${domain} (${mark})`;
}

/** Whether an application is a Tunnel's. */
export function isMarked({ name }: Pick<RemoteApplication, 'name'>, mark: string): boolean {
  return name.endsWith(` (${mark})`);
}

/** Whether an application is that of any Tunnel of this cluster. */
export function isOfCluster({ name }: Pick<RemoteApplication, 'name'>, clusterMark: string): boolean {
  return name.includes(` (${clusterMark}`) && name.endsWith(')');
}

/** Whether Cloudflare has what an application is to say, and nothing else that it protects or lets in. */
export function isUpToDate(remote: RemoteApplication, wanted: ApplicationContent): boolean {
  return (
    remote.name === wanted.name &&
    remote.domain === wanted.domain &&
    remote.type === SELF_HOSTED &&
    remote.domains.every((domain) => domain === wanted.domain) &&
    remote.sessionDuration === wanted.sessionDuration &&
    sameJson(remote.policies, wanted.policies) &&
    sameJson(remote.loginMethods.toSorted(), wanted.loginMethods.toSorted())
  );
}
