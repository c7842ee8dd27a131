import { splitKey } from '../../keys.ts';
import { backendsOf } from '../../model/proxy-backends.ts';
import type { ProxyRule } from '../../model/proxy-rule.ts';
import { serviceOf } from '../../model/service-origin.ts';

/** Whether an origin, and all backends of a rule, are Services of a namespace. */
export function leadOnlyInto(namespace: string, origin: string, proxy: ProxyRule | undefined): boolean {
  const service = serviceOf(origin);
  const backends = proxy === undefined ? [] : backendsOf(proxy).map((backend) => backend.service);
  return service !== undefined && [service, ...backends].every((key) => splitKey(key).namespace === namespace);
}
