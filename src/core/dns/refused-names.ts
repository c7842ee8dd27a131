/** Says what to do about each name that Cloudflare refuses. */
import type { RefusedChange } from './delivery.ts';
import type { DnsRefusal } from './plan.ts';

export function describeRefused(refused: readonly RefusedChange[]): readonly DnsRefusal[] {
  return [...Map.groupBy(refused, ({ change }) => change.name)].map(([name, ofName]) => {
    const isWanted = ofName.some(({ change }) => change.kind !== 'delete');
    const message = ofName[0]?.message ?? '';
    return {
      name,
      message: isWanted
        ? `Cloudflare refuses a record of ${name}: ${message}. Remove what is in its way there, or choose another hostname`
        : `Cloudflare refuses to delete the record of ${name}: ${message}. Delete it there by hand`,
    };
  });
}
