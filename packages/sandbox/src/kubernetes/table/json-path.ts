import { isObject } from '../json.ts';

type Step = (values: readonly unknown[]) => unknown[];

const STEP =
  /^(?:\.?\[\?\(@((?:\.[^\s=!<>()]+)+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)\s]+))\s*\)\]|\.?\[(\*|-?\d+|'[^']*'|"[^"]*")\]|\.?((?:\\.|[^.[\\])+))/;

/** Compiles the JSONPath subset of printer columns: fields, indices, `[*]` and `[?(@.type=="Ready")]`. */
export function compileJsonPath(path: string): (root: unknown) => unknown[] {
  const steps: Step[] = [];
  let rest = path.replace(/^\$/, '');
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) return () => [];
    steps.push(stepFor(match));
    rest = rest.slice(match[0].length);
  }
  return (root) => steps.reduce<unknown[]>((values, step) => step(values), [root]);
}

function stepFor(match: RegExpExecArray): Step {
  const [, filterPath, operator, double, single, unquoted, bracket, field] = match;
  if (filterPath !== undefined) return filterStep(filterPath, operator === '==', double ?? single ?? unquoted ?? '');
  if (bracket === '*') return (values) => values.flatMap(childrenOf);
  if (bracket !== undefined && /^-?\d+$/.test(bracket)) return indexStep(Number(bracket));
  return fieldStep(bracket?.slice(1, -1) ?? (field ?? '').replaceAll(/\\(.)/g, '$1'));
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function indexStep(index: number): Step {
  return (values) =>
    values.flatMap((value) => (Array.isArray(value) ? value.slice(index, index + 1 || undefined) : []));
}

function fieldStep(name: string): Step {
  return (values) => values.flatMap((value) => (isObject(value) && value[name] !== undefined ? [value[name]] : []));
}

function filterStep(path: string, equal: boolean, wanted: string): Step {
  const read = compileJsonPath(path);
  const matches = (item: unknown) => read(item).some((found) => (String(found) === wanted) === equal);
  return (values) => values.flatMap(childrenOf).filter(matches);
}
