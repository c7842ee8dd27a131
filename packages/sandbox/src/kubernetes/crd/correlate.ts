import { itemElement } from '../apply/structure.ts';
import { isObject } from '../json.ts';
import type { Schema } from '../schema/schema.ts';

/** The old value of a field. */
export function oldField(old: unknown, key: string): unknown {
  return isObject(old) ? old[key] : undefined;
}

/** Finds the old values of list items. Only items of a keyed list can be correlated. */
export function oldItems(old: unknown, schema: Schema): (item: unknown) => unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return () => undefined;
  const known = new Map(old.map((item) => [itemElement(item, schema), item as unknown]));
  return (item) => known.get(itemElement(item, schema));
}
