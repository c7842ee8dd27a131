import { connectorsReport, servesRules } from '../../../core/status/connectors.ts';
import { report } from '../pass/report.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { observeApplied } from '../steps/applied-rules.ts';
import { runConnectors } from '../steps/connectors.ts';
import { countForeign } from '../steps/foreign-connectors.ts';
import { dropFormerConnectors } from '../steps/former-connectors.ts';
import { hasProxyNow } from '../steps/proxy-config.ts';
import { tellKubelets } from '../steps/tell-kubelets.ts';
import { type StepPorts, type Steps, step } from './facts.ts';

/** The connectors, and whether they serve the rules. */
export function connectorSteps(ports: StepPorts, pass: TunnelPass): Steps {
  const { connectors: port, tokenRotation, appliedRules } = ports;
  const { stages, tunnel, settings } = pass;
  return [
    step({
      adds: 'told',
      stage: 'ConnectorsReady',
      needs: [],
      run: () => tellKubelets(ports.proxyPods, pass).then(() => true as const),
    }),
    step({
      adds: 'connectors',
      stage: 'ConnectorsReady',
      needs: ['identity', 'podHash'],
      run: ({ identity, podHash, proxy }) => {
        const hasProxy = proxy?.hasProxy ?? hasProxyNow(port, pass);
        return runConnectors(port, pass, { config: podHash, credentials: identity.credentialsHash, hasProxy });
      },
    }),
    step({
      adds: 'foreign',
      // A failure concerns the tunnel, not the connectors, which keep serving.
      stage: 'TunnelReady',
      needs: ['access', 'identity'],
      run: async ({ access, identity, rotation, connectors }) => {
        if (rotation && connectors) await dropFormerConnectors(tokenRotation, pass, { access, rotation, connectors });
        const { tunnelId } = identity;
        const foreign = await countForeign(pass, { access, tunnelId, rollout: connectors?.rollout });
        // Reported last, because the first report counts, and a failure of this step is to be seen.
        const message = `Tunnel ${tunnelId} exists and its credentials are stored`;
        report(stages, 'TunnelReady', { status: 'True', reason: 'TunnelAvailable', message });
        return foreign;
      },
    }),
    step({
      adds: 'applied',
      stage: 'ConnectorsReady',
      needs: ['connectors', 'config', 'identity'],
      run: async ({ connectors: { rollout, isSettled }, config: { remote }, identity, access }) => {
        if (remote === undefined) return { isApplied: servesRules(rollout, isSettled), behind: [], isLate: false };
        const { tunnelId } = identity;
        const expected = { version: remote.version, readyReplicas: rollout.ready, tunnelId, access };
        return observeApplied(appliedRules, pass, expected);
      },
    }),
    step({
      adds: 'isServed',
      stage: 'ConnectorsReady',
      needs: ['connectors'],
      run: async ({ connectors, config, applied, foreign = pass.memory.foreignConnectors }) => {
        const facts = {
          ...connectors,
          wanted: settings.replicas,
          foreign,
          ...(config?.remote && applied ? { applied } : {}),
        };
        report(stages, 'ConnectorsReady', connectorsReport(tunnel, facts));
        return applied?.isApplied;
      },
    }),
  ];
}
