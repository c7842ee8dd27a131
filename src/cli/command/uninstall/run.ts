import { ClusterInstallation, attempt } from '../../../adapters/kubernetes/installation.ts';
import { findOperators } from '../../../adapters/kubernetes/operator-deployment.ts';
import { LEASE_NAME } from '../../../api/names.ts';
import { uninstall } from '../../../commands/uninstall.ts';
import { parseSeconds } from '../../../core/duration.ts';
import { describeOperator } from '../../../core/installed/operator.ts';
import { keyOf } from '../../../core/keys.ts';
import { describeDeletion, tunnelsToDelete } from '../../../core/uninstall/steps.ts';
import { type Connection, withCluster } from '../../frame/connect.ts';
import type { RunCommand } from '../../frame/definition.ts';
import { EXIT, type ExitCode } from '../../frame/exit-code.ts';
import type { Io } from '../../frame/io.ts';

export const run: RunCommand = (given, io) =>
  withCluster(given, async (connection) => {
    const namespace = given.text('namespace');
    const keepsTunnels = given.isOn('keep-tunnels');
    const scope = {
      namespace,
      servesGatewayApi: await servesGatewayApi(connection, namespace),
      lease: { namespace: undefined, name: LEASE_NAME },
    };
    const installation = new ClusterInstallation(connection.rest, scope, new AbortController().signal);
    const say = (line: string): void => io.out.write(`${line}\n`);
    if (!given.isOn('yes')) return describe(installation, { keepsTunnels, say });
    const timeoutMs = (parseSeconds(given.text('timeout') ?? '') ?? 0) * 1000;
    const context = { installation, attempt, say, nowMs: io.nowMs, pause: io.pause };
    const options = { keepsTunnels, keepsDefinition: false, timeoutMs, namespace };
    // Later failures are waited out, but what cannot be read at first is most likely a mistake.
    await Promise.all([installation.tunnels(), installation.sourcesWithFinalizer()]);
    const isDone = await uninstall(context, options);
    if (isDone) await nameHelmReleases(connection, io);
    return isDone ? EXIT.done : EXIT.failed;
  });

/** In one namespace, as the operator says that is limited to it. */
async function servesGatewayApi({ cluster }: Connection, namespace: string | undefined): Promise<boolean> {
  if (namespace === undefined) return true;
  const operators = (await findOperators(cluster)).map(describeOperator);
  return operators.some((operator) => operator.watchNamespace === namespace && operator.servesGatewayApi);
}

interface Description {
  readonly keepsTunnels: boolean;
  readonly say: (line: string) => void;
}

async function describe(installation: ClusterInstallation, { keepsTunnels, say }: Description): Promise<ExitCode> {
  const tunnels = tunnelsToDelete({ tunnels: await installation.tunnels(), heldSources: [] });
  say(tunnels.length === 0 ? 'There is no Tunnel to delete.' : 'This would happen:');
  for (const tunnel of tunnels) say(`  Tunnel ${keyOf(tunnel)}: ${describeDeletion(tunnel, keepsTunnels)}`);
  say('Nothing was changed. To carry it out, add --yes');
  return EXIT.failed;
}

/** What Helm has installed is removed by Helm, or the release stays. */
async function nameHelmReleases({ cluster }: Connection, io: Io): Promise<void> {
  for (const { deployment, namespace, helmRelease } of (await findOperators(cluster)).map(describeOperator))
    if (helmRelease !== undefined)
      io.out.write(`Deployment ${deployment} was installed by Helm: helm uninstall ${helmRelease} -n ${namespace}\n`);
}
