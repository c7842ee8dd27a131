import { arrayOrEmpty, isObject, objectOrEmpty, textOf } from '../json.ts';

/** Labels in the format of columns: `a=b,c=d`. */
export function labelsText(labels: unknown): string {
  const entries = Object.entries(objectOrEmpty(labels)).toSorted(([a], [b]) => a.localeCompare(b));
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${String(value)}`).join(',');
}

/** A `LabelSelector` in the format of columns and Scale objects: `a=b,c in (d,e)`. */
export function labelSelectorText(selector: unknown): string {
  const { matchLabels, matchExpressions } = objectOrEmpty(selector);
  const equalities = Object.entries(objectOrEmpty(matchLabels))
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => `${key}=${String(value)}`);
  return [...equalities, ...arrayOrEmpty(matchExpressions).map(expressionText)].join(',');
}

function expressionText(expression: unknown): string {
  const { key, operator, values } = isObject(expression) ? expression : {};
  const list = `(${arrayOrEmpty(values).map(textOf).toSorted().join(',')})`;
  if (operator === 'Exists') return String(key);
  if (operator === 'DoesNotExist') return `!${String(key)}`;
  return `${String(key)} ${operator === 'In' ? 'in' : 'notin'} ${list}`;
}
