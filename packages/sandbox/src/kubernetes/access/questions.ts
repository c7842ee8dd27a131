import { type Attributes, isOnResource, type ResourceAttributes } from './attributes.ts';
import type { User } from './user.ts';

/** One thing that a user wanted to do to a resource, and whether that was allowed. */
export interface Question extends ResourceAttributes {
  readonly user: string;
  readonly isAllowed: boolean;
}

/** What authorization was asked about users whose rights are limited: each thing once, however often it was asked. */
export class Questions {
  readonly #entries = new Map<string, Question>();

  get entries(): readonly Question[] {
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
