import { recordsReports } from '../../../core/status/records-report.ts';
import { isLanName } from '../../../core/model/lan-name.ts';
import { report } from '../pass/report.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { attemptIn } from '../pass/attempt.ts';
import { syncRecords } from '../steps/dns-records/sync.ts';
import type { Serving } from '../steps/dns-records/write-zone.ts';
import { type Facts, type StepPorts, type Steps, step } from './facts.ts';

/** The DNS records. */
export function recordSteps({ dnsRecords }: StepPorts, pass: TunnelPass): Steps {
  const { stages, tunnel } = pass;
  return [
    step({
      adds: 'records',
      stage: 'DNSReady',
      needs: ['access', 'identity', 'view', 'config'],
      run: async (facts) => {
        const job = { port: dnsRecords, pass, cloudflare: facts.access.cloudflare, serving: servingOf(facts) };
        const records = await syncRecords({ ...job, attempt: attemptIn(pass) }, facts.view);
        for (const one of recordsReports(tunnel, records)) report(stages, 'DNSReady', one);
        return records;
      },
    }),
  ];
}

/** What the connectors serve, as far as it decides which records may be written. */
function servingOf({
  identity,
  config,
  connectors,
  isServed = false,
}: Pick<Facts, 'identity' | 'config'> & Partial<Facts>): Serving {
  const routes = Map.groupBy(config.served, ({ hostname }): string => hostname);
  const addressesOf: Serving['addressesOf'] = (name) => routes.get(name)?.find(isLanName)?.addresses;
  // A route that is leaving keeps its rule until its record is gone.
  const staying = new Set<string>(config.served.flatMap((route) => (route.isLeaving === true ? [] : route.hostname)));
  const rollout = connectors?.rollout;
  return {
    tunnelId: identity.tunnelId,
    isPublished: (name) => staying.has(name),
    addressesOf,
    isServed: (name) => isServed || addressesOf(name) !== undefined,
    isRolling: rollout !== undefined && !isServed && rollout.gaveUp === undefined,
    sourcesOf: (name) => (routes.get(name) ?? []).map(({ source }) => source),
  };
}
