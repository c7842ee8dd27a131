import type { HistoryMap } from '../state/history-map.ts';
import { type Call, param, type Reply } from '../http/endpoint.ts';
import { pageOf } from '../http/paging.ts';
import { notEnabled } from './access-error.ts';
import type { AccessOrganization } from '../state/access.ts';

interface Owned {
  readonly id: string;
  readonly accountId: string;
}

/** Assumption: the page size without `per_page`. Fixtures of official clients show 20. */
const STANDARD_PAGE = 20;

/** The organization of the account in the path. Refuses the call if there is none. */
export function organizationInPath(call: Call): AccessOrganization {
  const organization = call.cloud.access.organizations.get(param(call, 'account'));
  if (organization === undefined) throw notEnabled(call.assumptions);
  return organization;
}

/** The objects of the account in the path, oldest first. */
export function ownedBy<T extends Owned>(collection: HistoryMap<T>, accountId: string): T[] {
  return collection.values().filter((object) => object.accountId === accountId);
}

/** The same for a list, which a fault may make lag behind. */
export function listed<T extends Owned>(collection: HistoryMap<T>, call: Call): T[] {
  const { id } = organizationInPath(call);
  const all = call.readsAsOf === undefined ? collection.values() : collection.asOf(call.readsAsOf);
  return all.filter((object) => object.accountId === id);
}

export function pageOfAccess<T>(objects: readonly T[], call: Call, show: (object: T) => unknown): Reply {
  const limits = { standard: STANDARD_PAGE, maximum: call.assumptions.accessPageMaximum };
  return pageOf(objects, call.query, limits, call.assumptions, show);
}

/** The object in the path, if it belongs to the account in the path. */
export function inPath<T extends Owned>(
  collection: HistoryMap<T>,
  call: Call,
  { name, missing }: { readonly name: string; readonly missing: () => Error },
): T {
  const { id } = organizationInPath(call);
  const object = collection.get(param(call, name));
  if (object?.accountId !== id) throw missing();
  return object;
}

/** `search` of a list: a part of the name, whatever its case. */
export function namedLike(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
