import { type Attributes, isOnResource, type ResourceAttributes } from './attributes.ts';
import type { User } from './user.ts';

/** An action of a user on a resource, and whether it was allowed. */
export interface AuthorizationDecision extends ResourceAttributes {
  readonly user: string;
  readonly isAllowed: boolean;
}

/** The authorization decisions about users with limited permissions, without repetitions. */
export class AuthorizationLog {
  readonly #entries = new Map<string, AuthorizationDecision>();

  get entries(): readonly AuthorizationDecision[] {
    return [...this.#entries.values()];
  }

  add({ name: user }: User, attributes: Attributes, isAllowed: boolean): void {
    if (!isOnResource(attributes)) return;
    const { verb, group, resource, subresource, namespace, name } = attributes;
    const key = [user, verb, group, resource, subresource, namespace, name, isAllowed].join('\n');
    if (!this.#entries.has(key)) this.#entries.set(key, { ...attributes, user, isAllowed });
  }

  clear(): void {
    this.#entries.clear();
  }
}
