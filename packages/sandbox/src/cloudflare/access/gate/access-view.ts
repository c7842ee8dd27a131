import type { AccessApplication, AccessGroup, AccessPolicy, ServiceToken } from '../../state/access.ts';
import type { Cloud } from '../../state/cloud.ts';
import type { HistoryMap } from '../../state/history-map.ts';

/** What the edge knows of an account's Access: everything, or what there was some time ago. */
export class AccessView {
  readonly #cloud: Cloud;
  readonly #accountId: string;
  readonly #lagMs: number;

  constructor(cloud: Cloud, accountId: string, lagMs: number) {
    this.#cloud = cloud;
    this.#accountId = accountId;
    this.#lagMs = lagMs;
  }

  applications(): AccessApplication[] {
    return this.#all(this.#cloud.access.applications);
  }

  policiesOf({ policies: links }: AccessApplication): AccessPolicy[] {
    const all = new Map(this.#all(this.#cloud.access.policies).map((policy) => [policy.id, policy]));
    return links.flatMap(({ policyId }) => all.get(policyId) ?? []);
  }

  serviceTokens(): ServiceToken[] {
    return this.#all(this.#cloud.access.serviceTokens);
  }

  readonly group = (id: string): AccessGroup | undefined => {
    return this.#all(this.#cloud.access.groups).find((group) => group.id === id);
  };

  #all<T extends { readonly id: string; readonly accountId: string }>(collection: HistoryMap<T>): T[] {
    const known = this.#lagMs === 0 ? collection.values() : collection.asOf(this.#cloud.elapsed() - this.#lagMs);
    return known.filter(({ accountId }) => accountId === this.#accountId);
  }
}
