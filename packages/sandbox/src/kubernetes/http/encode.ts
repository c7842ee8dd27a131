import type { KubeObject } from '../api.ts';
import type { JsonObject } from '../json.ts';
import type { ListPage } from '../read/list.ts';
import { apiVersionOf, type Resource } from '../registry/resource.ts';
import { tableOf } from '../table/table.ts';
import { type Answer, json, jsonText } from './answer.ts';
import type { Format } from './negotiate.ts';

const texts = new WeakMap<KubeObject, string>();

/** An object as JSON. Stored objects never change, so each is serialized once for all clients. */
export function encodeObject(object: KubeObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}

/** The format that a client accepts. */
export interface View {
  readonly format: Format;
  /** `Metadata`, `Object` or `None`: the part of the object in each table row. */
  readonly includeObject: string;
  readonly now: number;
}

/** The response with one object. */
export function objectAnswer(
  status: number,
  resource: Resource,
  object: KubeObject,
  view: View,
  headers?: Answer['headers'],
): Answer {
  if (view.format === 'json') return jsonText(status, encodeObject(object), headers);
  const { resourceVersion = '' } = object.metadata;
  return json(status, tableOf(resource, [object], { resourceVersion }, view), headers);
}

/** The response with one page of a list. */
export function listAnswer(resource: Resource, page: ListPage, view: View): Answer {
  const metadata = listMetadata(page);
  if (view.format === 'table') return json(200, tableOf(resource, page.items, metadata, view));
  const head = JSON.stringify({ kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata });
  const items = page.items.map((object) => encodeItem(resource, object));
  return jsonText(200, `${head.slice(0, -1)},"items":[${items.join(',')}]}`);
}

function listMetadata({ resourceVersion, continueToken, remainingItemCount }: ListPage): JsonObject {
  return {
    resourceVersion,
    ...(continueToken === undefined ? {} : { continue: continueToken }),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

const itemTexts = new WeakMap<KubeObject, string>();

/** Items of a typed list omit their kind, as in Go. Items of custom resources include it. */
function encodeItem(resource: Resource, object: KubeObject): string {
  if (resource.custom) return encodeObject(object);
  const known = itemTexts.get(object);
  if (known !== undefined) return known;
  const { apiVersion: _apiVersion, kind: _kind, ...item } = object;
  const text = JSON.stringify(item);
  itemTexts.set(object, text);
  return text;
}
