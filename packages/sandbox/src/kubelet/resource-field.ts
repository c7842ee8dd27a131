import type { ContainerSpec, ResourceFieldReference } from '../kubernetes/controllers/workloads.ts';

/** The value of a limit that is not set: the capacity of the node. */
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

/** The value of a `resourceFieldRef`: the quantity in units of the divisor, rounded up. */
export function resourceFieldValue({ resources = {} }: ContainerSpec, reference: ResourceFieldReference): string {
  const [kind, name = ''] = reference.resource.split('.');
  const limit = resources.limits?.[name] ?? NODE_CAPACITY[name] ?? '0';
  const quantity = kind === 'requests' ? (resources.requests?.[name] ?? '0') : limit;
  const divisor = quantityOf(reference.divisor ?? 0) || 1; // the API server uses a divisor of 0 for "not set"
  return String(Math.ceil(quantityOf(quantity) / divisor));
}

function quantityOf(text: string | number): number {
  const [, digits = '0', suffix = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(String(text)) ?? [];
  return Number(digits) * (SUFFIXES[suffix] ?? 1);
}
