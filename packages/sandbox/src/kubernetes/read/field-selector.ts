import type { KubeObject } from '../api.ts';
import type { Resource } from '../registry/resource.ts';
import { badRequest } from '../status-error.ts';

/** Selects objects by field values. */
export type FieldPredicate = (object: KubeObject) => boolean;

const ALWAYS_KNOWN = new Set(['metadata.name', 'metadata.namespace']);

/** Parses `metadata.name=a,status.phase!=Running`. Throws 400 for a field that is not selectable. */
export function parseFieldSelector(text: string, resource: Resource): FieldPredicate {
  const terms = text.split(',').filter((term) => term !== '');
  const predicates = terms.map((term) => parseTerm(term, resource, text));
  return (object) => predicates.every((matches) => matches(object));
}

function parseTerm(term: string, resource: Resource, whole: string): FieldPredicate {
  const match = /^(.+?)(!=|==|=)(.*)$/.exec(term);
  if (match === null) throw badRequest(`invalid selector: '${whole}'; can't understand '${term}'`);
  const [, path = '', operator, value = ''] = match;
  checkKnown(path, resource);
  const wanted = operator !== '!=';
  return (object) => (fieldValue(object, path, resource) === value) === wanted;
}

function checkKnown(path: string, resource: Resource): void {
  if (ALWAYS_KNOWN.has(path) || resource.selectableFields.includes(path)) return;
  if (resource.custom || resource.selectableFields.length > 0) throw badRequest(`field label not supported: ${path}`);
  throw badRequest(`"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`);
}

function fieldValue(object: KubeObject, path: string, resource: Resource): string {
  if (path === 'metadata.name') return object.metadata.name;
  if (path === 'metadata.namespace') return object.metadata.namespace ?? '';
  return resource.selectableField(object, path);
}
