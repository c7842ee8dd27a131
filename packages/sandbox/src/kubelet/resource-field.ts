import type { ContainerSpec, ResourceFieldReference } from '../kubernetes/controllers/workloads.ts';

/** What a limit that is not set amounts to: all the node has. */
const NODE_CAPACITY: Readonly<Record<string, string>> = { cpu: '2', memory: '4Gi' };

const SUFFIXES: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** The value of a `resourceFieldRef`: the quantity in whole divisors, rounded up. */
export function resourceFieldValue({ resources = {} }: ContainerSpec, reference: ResourceFieldReference): string {
  const [kind, name = ''] = reference.resource.split('.');
  const limit = resources.limits?.[name] ?? NODE_CAPACITY[name] ?? '0';
  const quantity = kind === 'requests' ? (resources.requests?.[name] ?? '0') : limit;
  const divisor = quantityOf(reference.divisor ?? 0) || 1; // a divisor of 0 is how the API server says "not set"
  return String(Math.ceil(quantityOf(quantity) / divisor));
}

function quantityOf(text: string | number): number {
  const [, digits = '0', suffix = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(String(text)) ?? [];
  return Number(digits) * (SUFFIXES[suffix] ?? 1);
}
