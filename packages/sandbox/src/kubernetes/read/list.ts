import type { KubeObject } from '../api.ts';
import { forbiddenField, invalid, notSupported } from '../field-error.ts';
import type { Cluster } from '../registry/cluster.ts';
import type { Resource } from '../registry/resource.ts';
import { ApiError, expired } from '../status-error.ts';
import { keyOf } from '../storage/event.ts';
import { type ContinueToken, decodeContinue, encodeContinue, LATEST } from './continue-token.ts';
import type { Selection } from './selection.ts';

const LIST_OPTIONS = { group: 'meta.k8s.io', kind: 'ListOptions' };

/** Query parameters of a list. Missing ones are empty strings. */
export interface ListQuery {
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
}

export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly continueToken?: string;
  readonly remainingItemCount?: number;
}

/** Lists a selection in key order. All pages of a list show the same version, however long they take. */
export function listObjects(cluster: Cluster, resource: Resource, selection: Selection, query: ListQuery): ListPage {
  checkQuery(query);
  const token = query.continueToken === '' ? undefined : decodeContinue(query.continueToken);
  const version = versionToList(cluster, query, token);
  const stored = storedAt(cluster, resource, selection.namespace, version, token);
  const after = token?.after ?? '';
  const rest = after === '' ? stored : stored.filter((object) => keyOf(object) > after);
  const matching = rest.map((object) => resource.fromStorage(object)).filter((object) => selection.matches(object));
  return page(matching, version, query.limit, selection);
}

function checkQuery({ resourceVersion, resourceVersionMatch: match, continueToken }: ListQuery): void {
  if (match === '') return;
  if (continueToken !== '') throw badMatch('resourceVersionMatch is forbidden when continue is provided');
  if (resourceVersion === '') throw badMatch('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    throw invalid(LIST_OPTIONS, '', [notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', ''])]);
  }
  if (match === 'Exact' && resourceVersion === '0') {
    throw badMatch('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
}

/** 422 for a `resourceVersionMatch` that conflicts with other parameters. */
export function badMatch(detail: string): ApiError {
  return invalid(LIST_OPTIONS, '', [forbiddenField('resourceVersionMatch', detail)]);
}

function versionToList(cluster: Cluster, query: ListQuery, token: ContinueToken | undefined): number {
  const current = cluster.store.version;
  if (token !== undefined) return token.version === LATEST ? current : token.version;
  const requested = Number(query.resourceVersion);
  if (requested > current) throw tooLarge(requested, current);
  return query.resourceVersionMatch === 'Exact' ? requested : current;
}

function tooLarge(requested: number, current: number): ApiError {
  return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

function storedAt(
  cluster: Cluster,
  resource: Resource,
  namespace: string | undefined,
  version: number,
  token: ContinueToken | undefined,
): KubeObject[] {
  if (version === cluster.store.version) return cluster.store.list(resource.bucket, namespace);
  const past = cluster.store.listAt(resource.bucket, namespace, version);
  if (past !== undefined) return past;
  if (token === undefined) throw expired('The resourceVersion for the provided list is too old.');
  throw expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    encodeContinue({ version: LATEST, after: token.after }),
  );
}

function page(matching: readonly KubeObject[], version: number, limit: number, selection: Selection): ListPage {
  const resourceVersion = String(version);
  if (limit <= 0 || matching.length <= limit) return { items: matching, resourceVersion };
  const items = matching.slice(0, limit);
  const after = keyOf(items[items.length - 1] as KubeObject);
  return {
    items,
    resourceVersion,
    continueToken: encodeContinue({ version, after }),
    // As on the real server, the number of remaining items is unknown for a filtered list.
    ...(selection.isFiltered ? {} : { remainingItemCount: matching.length - limit }),
  };
}
