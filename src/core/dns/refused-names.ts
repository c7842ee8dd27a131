/** Says why Cloudflare refuses a record, and what to do about it. */
import type { RefusedChange } from './delivery.ts';
import type { DnsRefusal } from './plan.ts';

export function describeRefused(refused: readonly RefusedChange[]): readonly DnsRefusal[] {
  return [...Map.groupBy(refused, ({ change }) => change.name)].map(([name, refusalsAtName]) => {
    const isWanted = refusalsAtName.some(({ change }) => change.kind !== 'delete');
    const message = refusalsAtName[0]?.message ?? '';
    return {
      name,
      message: isWanted
        ? `Cloudflare refuses the record for ${name}: ${message}. Remove what conflicts with it at Cloudflare, or choose another hostname`
        : `Cloudflare refuses to delete the record for ${name}: ${message}. Delete it by hand at Cloudflare`,
    };
  });
}
