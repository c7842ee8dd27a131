import { configReport } from '../../../core/status/config-report.ts';
import { report } from '../pass/report.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { reportGivenUp } from '../steps/dns-records/invisible-zones.ts';
import { publishConfig } from '../steps/ingress-config.ts';
import { refreshProxyConfig } from '../steps/proxy-config.ts';
import { podHashOf, publishRemotely } from '../steps/remote-config.ts';
import type { PublishedConfig } from '../steps/rules.ts';
import { type Facts, type StepPorts, type Steps, step } from './facts.ts';

/** The rules, wherever the connectors take them from, and what the pods need for them. */
export function ruleSteps(ports: StepPorts, pass: TunnelPass): Steps {
  const isRemote = pass.settings.configMode === 'Remote';
  return [
    isRemote ? remoteConfigStep(ports, pass) : localConfigStep(ports, pass),
    step({
      adds: 'proxy',
      stage: 'ConfigReady',
      needs: [],
      run: async ({ config }) => config?.proxy ?? refreshProxyConfig(ports.ingressConfig, pass),
    }),
    step({
      adds: 'podHash',
      stage: 'ConfigReady',
      needs: [],
      run: async ({ config }) => config?.podHash ?? (isRemote ? podHashOf(ports.ingressConfig, pass) : undefined),
    }),
  ];
}

/** Reports what was published, and then the records that rules no longer wait for. */
async function published(
  { dnsRecords }: StepPorts,
  pass: TunnelPass,
  { config, invisible }: Pick<Facts, 'config' | 'invisible'>,
): Promise<PublishedConfig> {
  report(pass.stages, 'ConfigReady', configReport(config));
  await reportGivenUp(dnsRecords, pass, invisible);
  return config;
}

function localConfigStep(ports: StepPorts, pass: TunnelPass): Steps[number] {
  return step({
    adds: 'config',
    stage: 'ConfigReady',
    needs: ['identity', 'invisible', 'known', 'applications'],
    run: async ({ identity, invisible, known, applications }) => {
      const target = { tunnelId: identity.tunnelId, records: known, applications };
      return published(ports, pass, { config: await publishConfig(ports.ingressConfig, pass, target), invisible });
    },
  });
}

function remoteConfigStep(ports: StepPorts, pass: TunnelPass): Steps[number] {
  return step({
    adds: 'config',
    stage: 'ConfigReady',
    needs: ['identity', 'invisible', 'known', 'access', 'applications'],
    run: async ({ identity, invisible, known, access, applications }) => {
      const target = { ...identity, cloudflare: access.cloudflare, records: known, applications };
      return published(ports, pass, { config: await publishRemotely(ports.ingressConfig, pass, target), invisible });
    },
  });
}
