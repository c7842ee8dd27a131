import type { Backend, Filter, ProxyRule } from './proxy-rule.ts';

/** Every backend that gets requests of a rule, or copies of them. */
export function backendsOf({ backends, filters = [] }: ProxyRule): readonly Backend[] {
  const all = [...filters, ...backends.flatMap((one) => one.filters ?? [])];
  return [...backends.flatMap(({ backend }) => backend ?? []), ...all.flatMap(mirrored)];
}

function mirrored(filter: Filter): readonly Backend[] {
  return filter.type === 'Mirror' ? [filter.backend] : [];
}
