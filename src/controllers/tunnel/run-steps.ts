/**
 * The steps of a pass over a Tunnel. What protects a hostname goes before its rule, and a rule before its record, so that connectors serve a hostname before it
 * resolves; on the way back the record goes before its rule. A step that fails holds up only the steps that need it:
 * while Cloudflare is unavailable, the connectors are still kept running on the stored credentials.
 */
import { disabledReport } from '../../core/status/records-report.ts';
import { runSteps } from '../../runtime/steps.ts';
import { report } from './pass/report.ts';
import type { TunnelPass } from './pass/tunnel-pass.ts';
import { applicationSteps, retiringSteps } from './sequence/applications.ts';
import { connectorSteps } from './sequence/connectors.ts';
import type { Facts, StepPorts } from './sequence/facts.ts';
import { lookups } from './sequence/lookups.ts';
import { recordSteps } from './sequence/records.ts';
import { ruleSteps } from './sequence/rules.ts';
import { tunnelSteps } from './sequence/tunnel.ts';
import { leftoversOf } from './steps/dns-records/known-records.ts';
import type { KnownRecords } from './steps/rules.ts';

export async function runTunnelSteps(ports: StepPorts, pass: TunnelPass): Promise<Partial<Facts>> {
  const steps = [
    ...tunnelSteps(ports, pass),
    ...lookups(ports, pass),
    ...applicationSteps(ports, pass),
    ...ruleSteps(ports, pass),
    ...connectorSteps(ports, pass),
    ...recordSteps(ports, pass),
    ...retiringSteps(ports, pass),
  ];
  const facts = await runSteps(steps, pass.stages);
  if (facts.known !== undefined && pass.settings.dnsMode === 'Disabled') reportDisabled(ports, pass, facts.known);
  return facts;
}

function reportDisabled({ dnsRecords }: StepPorts, pass: TunnelPass, known: KnownRecords): void {
  const leftovers = leftoversOf(dnsRecords, pass, known);
  report(pass.stages, 'DNSReady', disabledReport(leftovers, known.mayBeForgotten));
}
