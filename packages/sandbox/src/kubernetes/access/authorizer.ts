import type { Store } from '../storage/store.ts';
import { type Attributes, isOnResource } from './attributes.ts';
import { grantsFor } from './bindings.ts';
import { refusal } from './refusal.ts';
import { EVERYTHING, type PolicyRule, ruleAllows } from './policy-rule.ts';
import { AuthorizationLog } from './authorization-log.ts';
import { MASTERS, type User } from './user.ts';

export interface Decision {
  readonly isAllowed: boolean;
  /** Which binding allows the request, or what is wrong with the bindings. Often empty. */
  readonly reason: string;
}

/** Role-based access control with the Roles and bindings that are stored now. */
export class Authorizer {
  readonly authorizations = new AuthorizationLog();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Makes a decision, and logs it. */
  decide(user: User, attributes: Attributes): Decision {
    if (user.groups.includes(MASTERS)) return { isAllowed: true, reason: '' };
    const { grants, problems } = this.#grantsFor(user, attributes);
    const grant = grants.find(({ rules }) => rules.some((rule) => ruleAllows(rule, attributes)));
    this.authorizations.add(user, attributes, grant !== undefined);
    if (grant !== undefined) return { isAllowed: true, reason: grant.reason };
    return { isAllowed: false, reason: problems.length === 0 ? '' : `RBAC: ${aggregate(problems)}` };
  }

  /** Throws 403 if the user may not make the request. */
  require(user: User, attributes: Attributes): void {
    const { isAllowed, reason } = this.decide(user, attributes);
    if (!isAllowed) throw refusal(user, attributes, reason);
  }

  /** All rules that apply to the user in a namespace. */
  rulesOf(user: User, namespace: string): readonly PolicyRule[] {
    if (user.groups.includes(MASTERS)) return EVERYTHING;
    return grantsFor(this.#store, user, namespace).grants.flatMap(({ rules }) => rules);
  }

  #grantsFor(user: User, attributes: Attributes) {
    return grantsFor(this.#store, user, isOnResource(attributes) ? attributes.namespace : '');
  }
}

/** Several errors in Go's format. */
export function aggregate(problems: readonly string[]): string {
  return problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`;
}
