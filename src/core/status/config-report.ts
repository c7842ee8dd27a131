import { listed } from '../quote.ts';
import type { Route } from '../model/route.ts';
import type { StepReport } from './step-report.ts';

/** Reports the published rules. `unfit`: routes that do not fit into the ConfigMap. */
export function configReport(unfit: readonly Route[]): StepReport {
  if (unfit.length === 0)
    return { status: 'True', reason: 'ConfigPublished', message: 'The rules are in the ConfigMap' };
  return { status: 'False', reason: 'ConfigTooLarge', message: tooLarge(unfit), disposition: 'stall' };
}

function tooLarge(unfit: readonly Route[]): string {
  const sources = listed([...new Set(unfit.map(({ source }) => source))].toSorted());
  return `Rules and certificates exceed the size of a ConfigMap (1 MiB), so not all routes of ${sources} are published. Move Services to another Tunnel, or use fewer certificates`;
}
