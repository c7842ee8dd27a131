import { listed } from '../quote.ts';
import type { Route } from '../model/route.ts';
import type { StepReport } from './step-report.ts';

/** What has been published. */
export interface Published {
  /** Routes that do not fit into the ConfigMap. */
  readonly unfit: readonly Route[];
  /** Present: Cloudflare sends the rules to the connectors. `existing`: rules that no source asks for. */
  readonly remote?: { readonly existing: readonly string[] };
}

export function configReport({ unfit, remote }: Published): StepReport {
  if (unfit.length === 0)
    return { status: 'True', reason: 'ConfigPublished', message: publishedMessage(remote?.existing) };
  return { status: 'False', reason: 'ConfigTooLarge', message: tooLarge(unfit), disposition: 'stall' };
}

function publishedMessage(existing: readonly string[] | undefined): string {
  if (existing === undefined) return 'The rules are in the ConfigMap';
  if (existing.length === 0) return 'Cloudflare has the rules';
  return 'Cloudflare has the rules, and others that no source asks for: see status.config.existingRules';
}

function tooLarge(unfit: readonly Route[]): string {
  const sources = listed([...new Set(unfit.map(({ source }) => source))].toSorted());
  return `Rules and certificates exceed the size of a ConfigMap (1 MiB), so not all routes of ${sources} are published. Move hostnames to another Tunnel, or use fewer certificates`;
}
