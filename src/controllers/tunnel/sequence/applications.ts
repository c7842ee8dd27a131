import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { ensureApplications } from '../steps/applications/ensure.ts';
import { retireApplications } from '../steps/applications/retire.ts';
import { type StepPorts, type Steps, step } from './facts.ts';

/** What protects hostnames stands before their rules. */
export function applicationSteps({ applications: port }: StepPorts, pass: TunnelPass): Steps {
  return [
    step({
      adds: 'applications',
      stage: 'ConfigReady',
      // The rules of what asks for no Access wait for nothing.
      needs: [],
      run: ({ access, identity }) => ensureApplications(port, pass, { access, tunnelId: identity?.tunnelId }),
    }),
  ];
}

/** It goes after their records and rules. */
export function retiringSteps({ applications: port }: StepPorts, pass: TunnelPass): Steps {
  return [
    step({
      adds: 'retired',
      stage: 'ConfigReady',
      needs: [],
      run: async ({ access, applications, config, applied }) => {
        if (access === undefined || applications === undefined || config === undefined) return undefined;
        if (applied?.isApplied !== true) return undefined;
        return { hasDeleted: await retireApplications(port, pass, { access, applications, served: config.served }) };
      },
    }),
  ];
}
