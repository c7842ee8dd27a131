/** The commands other than running the operator: their flags and dependencies. */
import { setTimeout as delay } from 'node:timers/promises';
import { digest } from './adapters/digest.ts';
import { readClusterName } from './adapters/kubernetes/cluster-name.ts';
import { LastingProblems } from './adapters/telemetry/lasting-problems.ts';
import { ClusterInstallation, attempt } from './adapters/kubernetes/installation.ts';
import { loadKubeConfig } from './adapters/kubernetes/kube-config.ts';
import { RestClient } from './adapters/kubernetes/rest-client.ts';
import { createAppLogger } from './adapters/telemetry/logger.ts';
import { LEASE_NAME } from './api/names.ts';
import type { CommandContext } from './commands/context.ts';
import { release } from './commands/release.ts';
import { uninstall } from './commands/uninstall.ts';
import { parseSeconds } from './core/duration.ts';
import { suggest } from './core/suggest.ts';
import { FLAGS, type Flag, describeFlags, readFlags, servesGatewayApi } from './options.ts';

interface Command {
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly run: (ctx: CommandContext, given: Given) => Promise<boolean>;
}

/** The arguments of a command. */
interface Given {
  readonly value: (flag: string) => string;
  readonly rest: RestClient;
}

const SHARED = flagsOf('kubeconfig', 'watch-namespace', 'gateway-api');

export const COMMANDS: Readonly<Record<string, Command>> = {
  uninstall: {
    summary: 'Deletes every Tunnel, and waits until the operator has cleaned up after it.',
    flags: [
      ...SHARED,
      switchFlag('keep-tunnels', 'Keep sites up: connectors, tunnels and records keep working without the operator.'),
      switchFlag('keep-definition', 'Do not permit the deletion of the CustomResourceDefinition.'),
      {
        name: 'timeout',
        default: '10m',
        meaning: 'How long to wait.',
        check: (value) => (parseSeconds(value) === undefined ? 'must be a duration such as 10m' : undefined),
      },
    ],
    run: (ctx, { value }) =>
      uninstall(ctx, {
        keepsTunnels: value('keep-tunnels') === 'true',
        keepsDefinition: value('keep-definition') === 'true',
        timeoutMs: (parseSeconds(value('timeout')) ?? 0) * 1000,
        namespace: value('watch-namespace') || undefined,
      }),
  },
  release: {
    summary:
      'Takes the finalizer off Tunnels, Services and Ingresses when the operator is gone, and names what stays at Cloudflare.',
    flags: [
      ...SHARED,
      ...flagsOf('namespace').map((flag) => ({ ...flag, meaning: 'Namespace of the Lease. Default: all namespaces.' })),
      ...flagsOf('cluster-name'),
      switchFlag('force', 'Do not check whether an operator is running.'),
    ],
    run: async (ctx, { value, rest }) =>
      release(ctx, {
        isForced: value('force') === 'true',
        cluster: value('cluster-name') || (await clusterNameFrom(rest)),
        hash: digest,
      }),
  },
};

function flagsOf(...names: readonly string[]): readonly Flag[] {
  return FLAGS.filter(({ name }) => names.includes(name));
}

function switchFlag(name: string, meaning: string): Flag {
  return { name, default: 'false', meaning, check: booleanProblem };
}

function booleanProblem(value: string): string | undefined {
  return value === 'true' || value === 'false' ? undefined : 'must be true, false';
}

function clusterNameFrom(rest: RestClient): Promise<string> {
  return readClusterName(rest, new LastingProblems(createAppLogger('warn', 'pretty')), AbortSignal.timeout(30_000));
}

/** Runs a command and returns the exit code. 0: done, 1: not done, 2: invalid usage. */
export async function runCommand(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const command = COMMANDS[name];
  if (command === undefined) return refuse(unknownCommand(name));
  if (args.includes('--help') || args.includes('-h')) return say(helpOn(name, command));
  const values = readFlags(command.flags, args, env);
  if (typeof values === 'string') return refuse(values);
  const value = (flag: string): string => values.get(flag) ?? '';
  const rest = new RestClient(loadKubeConfig(value('kubeconfig') || undefined));
  const scope = {
    namespace: value('watch-namespace') || undefined,
    servesGatewayApi: servesGatewayApi(value),
    lease: { namespace: value('namespace') || undefined, name: LEASE_NAME },
  };
  const ctx: CommandContext = {
    installation: new ClusterInstallation(rest, scope, new AbortController().signal),
    attempt,
    say,
    nowMs: () => performance.now(),
    pause: (ms) => delay(ms),
  };
  const isDone = await command.run(ctx, { value, rest });
  rest.close();
  return isDone ? 0 : 1;
}

function unknownCommand(name: string): string {
  const meant = suggest(name, Object.keys(COMMANDS));
  return `unknown command ${name}${meant === undefined ? '' : `, did you mean ${meant}?`} (--help lists them all)`;
}

function helpOn(name: string, { summary, flags }: Command): string {
  return [summary, '', `Usage: node dist/main.js ${name} [flags]`, '', ...describeFlags(flags)].join('\n');
}

function say(line: string): 0 {
  process.stdout.write(`${line}\n`);
  return 0;
}

function refuse(message: string): 2 {
  process.stderr.write(`cftunnel-operator: ${message}\n`);
  return 2;
}
