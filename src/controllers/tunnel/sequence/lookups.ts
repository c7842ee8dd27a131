import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { awaitInvisible } from '../steps/dns-records/invisible-zones.ts';
import { knownRecords } from '../steps/dns-records/known-records.ts';
import { lookUpRecords } from '../steps/dns-records/observe.ts';
import { adoptRules } from '../steps/ingress-config.ts';
import { type StepPorts, type Steps, step } from './facts.ts';

/** What has to be known of published rules and records before new rules are written. */
export function lookups({ ingressConfig, dnsRecords, orphans }: StepPorts, pass: TunnelPass): Steps {
  return [
    step({
      adds: 'adopted',
      stage: 'ConfigReady',
      needs: ['identity'],
      run: () => adoptRules(ingressConfig, pass).then(() => true as const),
    }),
    step({
      adds: 'view',
      stage: 'DNSReady',
      needs: ['access'],
      run: async ({ access }) => {
        const view = await lookUpRecords(dnsRecords, pass, access.cloudflare);
        for (const [zone, records] of view?.records ?? []) orphans.lookAtRecords(zone.id, records);
        return view;
      },
    }),
    step({
      adds: 'invisible',
      stage: 'DNSReady',
      needs: [],
      run: async ({ view }) => awaitInvisible(dnsRecords, pass, view),
    }),
    step({
      adds: 'known',
      stage: 'DNSReady',
      needs: ['invisible'],
      run: async ({ view, invisible }) => knownRecords(dnsRecords, pass, { view, invisible }),
    }),
  ];
}
