import type { SteeringKind } from '../../../core/steering/request.ts';
import type { CommandDefinition } from '../../frame/definition.ts';
import { CONNECTION, NAMESPACE, WAIT } from '../../frame/flags.ts';

function steerCommand(name: SteeringKind, summary: string, examples: CommandDefinition['examples']): CommandDefinition {
  return {
    name,
    summary,
    arguments: [{ name: 'tunnel', meaning: 'Tunnels, as name or namespace/name.', isVariadic: true }],
    flags: [...CONNECTION, NAMESPACE, ...WAIT],
    examples,
    exitCodes: { 1: 'failed, or not done within --timeout' },
    load: async () => ({ run: (await import('./run.ts')).runFor(name) }),
  };
}

export const STEER_COMMANDS: readonly CommandDefinition[] = [
  steerCommand('reconcile', 'Has the operator compare a Tunnel with Cloudflare now, instead of at the next interval.', [
    ['cftunnel reconcile home --wait', 'Repair what somebody has changed by hand, and wait until it is repaired.'],
  ]),
  steerCommand('suspend', 'Stops the operator from changing anything of a Tunnel; its sites stay up.', [
    ['cftunnel suspend home --wait', 'Suspend a Tunnel, and wait until the operator has let go of it.'],
  ]),
  steerCommand('resume', 'Lets the operator work on a suspended Tunnel again.', [
    ['cftunnel resume home --wait --timeout 2m', 'Resume a Tunnel, and wait up to two minutes until it is ready.'],
  ]),
  steerCommand('rotate', "Replaces a tunnel's secret and its connectors' token, without a failed request.", [
    ['cftunnel rotate home --wait', 'Rotate the token, and wait until every connector has the new one.'],
  ]),
];
