import { listed } from '../quote.ts';
import type { Route } from '../model/route.ts';
import type { StepReport } from './step-report.ts';

/** `unfit`: routes that the ConfigMap has no room for. */
export function configReport(unfit: readonly Route[]): StepReport {
  if (unfit.length === 0)
    return { status: 'True', reason: 'ConfigPublished', message: 'The rules are in the ConfigMap' };
  return { status: 'False', reason: 'ConfigTooLarge', message: tooLarge(unfit), disposition: 'stall' };
}

function tooLarge(unfit: readonly Route[]): string {
  const sources = listed([...new Set(unfit.map(({ source }) => source))].toSorted());
  return `Rules and certificates fill the ConfigMap (1 MiB), and there is no room for all of ${sources}. Move Services to another Tunnel, or let them name fewer certificates`;
}
