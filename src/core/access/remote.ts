/** What Access has at Cloudflare, as far as the operator reads and writes it. */

export type RemoteDecision = 'allow' | 'deny' | 'bypass' | 'non_identity';

/** A rule as the API has it: one key, such as `email`, with what it is about. */
export type RemoteRule = Readonly<Record<string, unknown>>;

/** What a policy says. */
export interface PolicyContent {
  readonly name: string;
  readonly decision: RemoteDecision;
  readonly include: readonly RemoteRule[];
  readonly require: readonly RemoteRule[];
  readonly exclude: readonly RemoteRule[];
  /** As a Go duration; absent: that of the application. */
  readonly sessionDuration?: string;
}

/** A reusable policy. */
export interface RemotePolicy extends PolicyContent {
  readonly id: string;
  /** Whether an application uses it. */
  readonly isUsed: boolean;
}

export interface RemoteServiceToken {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  /** As a Go duration, or `forever`. */
  readonly duration: string;
  /** RFC 3339; absent: it does not end. */
  readonly expiresAt?: string;
  readonly isEnabled: boolean;
}

/** What a program sends to enter. The API shows the secret only when it is made. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A group or a login method. */
export interface NamedObject {
  readonly id: string;
  readonly name: string;
}
