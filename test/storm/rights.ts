/** What the operator may do in a storm: as `deploy/` and its tokens say, save what is taken away for a while. */
import { OPERATOR_PERMISSIONS } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import type { Sandbox } from 'cftunnel-sandbox/sandbox';
import { manifestsIn } from '../support/manifests.ts';
import type { Dice } from './dice.ts';

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;
const ROLES = { ...RBAC, plural: 'clusterroles' } as const;
const BINDINGS = { ...RBAC, plural: 'clusterrolebindings' } as const;

/** Whom the manifests bind to the operator's role. */
export const OPERATOR_USER = 'system:serviceaccount:cftunnel-system:cftunnel-operator';

export class Rights {
  readonly #sandbox: Sandbox;
  readonly #tokens: string[] = [];
  readonly #role: KubeObject;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.#role = manifestOf('ClusterRole');
    sandbox.kubernetes.api.create(ROLES, this.#role);
    sandbox.kubernetes.api.create(BINDINGS, manifestOf('ClusterRoleBinding'));
  }

  /** A token of Cloudflare's with all that is needed. */
  addToken(accountId: string): string {
    const token = this.#sandbox.cloudflare.admin.addToken({ accounts: [accountId] });
    this.#tokens.push(token);
    return token;
  }

  /** Takes one permission away from every token, or one rule away from the operator's role. */
  takeOne(dice: Dice): void {
    if (dice.isLucky(0.5)) this.withoutPermission(dice.pick(OPERATOR_PERMISSIONS));
    else this.withoutRule(dice.below(this.#rules.length));
  }

  withoutPermission(lost: string): void {
    this.#permit(OPERATOR_PERMISSIONS.filter((permission) => permission !== lost));
  }

  withoutRule(lost: number): void {
    this.#grant(this.#rules.filter((_, index) => index !== lost));
  }

  /** Number of the rule that is about a resource. */
  ruleOn(resource: string): number {
    return this.#rules.findIndex(({ resources }) => resources.includes(resource));
  }

  giveBack(): void {
    this.#permit(OPERATOR_PERMISSIONS);
    this.#grant(this.#rules);
  }

  get #rules(): readonly Rule[] {
    return this.#role['rules'] as readonly Rule[];
  }

  #permit(permissions: readonly string[]): void {
    for (const token of this.#tokens) this.#sandbox.cloudflare.admin.setPermissions(token, permissions);
  }

  #grant(rules: readonly Rule[]): void {
    const { api } = this.#sandbox.kubernetes;
    const { metadata } = this.#role;
    const found = api.get(ROLES, undefined, metadata.name);
    if (found !== undefined) api.update(ROLES, { ...found, rules });
  }
}

interface Rule {
  readonly resources: readonly string[];
}

function manifestOf(kind: string): KubeObject {
  const found = manifestsIn().find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`the manifests bring no ${kind}`);
  return { ...found, metadata: { name: found.metadata.name } };
}
