import { report } from '../pass/report.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { CREDENTIALS_ACCEPTED, openAccess } from '../steps/credentials.ts';
import { ensureRemote, readStored, verifiedIdentity } from '../steps/remote-tunnel.ts';
import { rotateToken } from '../steps/token-rotation.ts';
import { type StepPorts, type Steps, step } from './facts.ts';

/** The tunnel at Cloudflare, and its credentials. */
export function tunnelSteps({ credentials, remoteTunnel, tokenRotation, orphans }: StepPorts, pass: TunnelPass): Steps {
  const { stages, memory } = pass;
  return [
    step({
      adds: 'access',
      stage: 'CredentialsReady',
      needs: [],
      run: async () => {
        const access = await openAccess(credentials, pass);
        memory.lastAccess = access;
        orphans.lookAtTunnels(access.accountId, access.tunnels);
        report(stages, 'CredentialsReady', CREDENTIALS_ACCEPTED);
        return access;
      },
    }),
    step({ adds: 'stored', stage: 'TunnelReady', needs: [], run: () => readStored(remoteTunnel, pass) }),
    step({
      adds: 'remote',
      stage: 'TunnelReady',
      needs: ['stored', 'access'],
      run: ({ access, stored }) => ensureRemote(remoteTunnel, pass, { access, stored }),
    }),
    step({
      adds: 'rotation',
      stage: 'TunnelReady',
      needs: ['stored', 'access', 'remote'],
      run: (facts) => rotateToken(tokenRotation, pass, facts),
    }),
    step({
      adds: 'identity',
      stage: 'TunnelReady',
      needs: ['stored'],
      run: async ({ remote, rotation, stored }) =>
        rotation?.identity ?? remote ?? verifiedIdentity(remoteTunnel, pass, stored),
    }),
  ];
}
