/** The permissions of the operator in a storm: those of `deploy/` and its tokens, some revoked for a while. */
import { ACCESS_PERMISSIONS, OPERATOR_PERMISSIONS } from 'cftunnel-sandbox/cloudflare/identity/permissions';
import type { KubeObject } from 'cftunnel-sandbox/kubernetes/api';
import type { Sandbox } from 'cftunnel-sandbox/sandbox';
import { manifestsIn } from '../support/manifests.ts';
import type { Random } from './random.ts';

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;
const ROLES = { ...RBAC, plural: 'clusterroles' } as const;
const BINDINGS = { ...RBAC, plural: 'clusterrolebindings' } as const;

/** The user that the manifests bind to the role of the operator. */
export const OPERATOR_USER = 'system:serviceaccount:cftunnel-system:cftunnel-operator';

const PERMISSIONS = [...OPERATOR_PERMISSIONS, ...ACCESS_PERMISSIONS] as const;

export class Rights {
  readonly #sandbox: Sandbox;
  readonly #tokens: string[] = [];
  readonly #role: KubeObject;

  constructor(sandbox: Sandbox, token: string) {
    this.#sandbox = sandbox;
    this.#tokens.push(token);
    this.#role = manifestOf('ClusterRole');
    sandbox.kubernetes.api.create(ROLES, this.#role);
    sandbox.kubernetes.api.create(BINDINGS, manifestOf('ClusterRoleBinding'));
  }

  /** Adds a Cloudflare token with all permissions that the operator needs. */
  addToken(accountId: string): string {
    const token = this.#sandbox.cloudflare.admin.addToken({ accounts: [accountId] });
    this.#tokens.push(token);
    return token;
  }

  /** Revokes one permission of every token, or one rule of the role. */
  revokeOne(random: Random): void {
    if (random.chance(0.5)) this.withoutPermission(random.pick(PERMISSIONS));
    else this.withoutRule(random.below(this.#rules.length));
  }

  withoutPermission(lost: string): void {
    this.#permit(PERMISSIONS.filter((permission) => permission !== lost));
  }

  withoutRule(lost: number): void {
    this.#grant(this.#rules.filter((_, index) => index !== lost));
  }

  /** Index of the rule for a resource. */
  ruleOn(resource: string): number {
    return this.#rules.findIndex(({ resources }) => resources.includes(resource));
  }

  restoreAll(): void {
    this.#permit(PERMISSIONS);
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
  if (found === undefined) throw new Error(`the manifests have no ${kind}`);
  return { ...found, metadata: { name: found.metadata.name } };
}
