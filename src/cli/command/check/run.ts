import { reviewOwnRights, reviewRightsOf } from '../../../adapters/kubernetes/access-review.ts';
import { ClusterInstallation, attempt } from '../../../adapters/kubernetes/installation.ts';
import { findOperators } from '../../../adapters/kubernetes/operator-deployment.ts';
import { GROUP, LEASE_NAME } from '../../../api/names.ts';
import type { AccessPolicy, AccessServiceToken, Tunnel } from '../../../api/objects.ts';
import { checkCluster } from '../../../core/check/cluster.ts';
import { type Finding, isHealthy } from '../../../core/check/finding.ts';
import { checkOperator } from '../../../core/check/operator.ts';
import {
  OPERATOR_RULES,
  USER_RULES,
  checkOperatorRights,
  checkUserRights,
  rightsOf,
} from '../../../core/check/rights.ts';
import { checkTunnel } from '../../../core/check/tunnel.ts';
import { type InstalledOperator, describeOperator } from '../../../core/installed/operator.ts';
import { VERSION } from '../../../version.ts';
import { type CloudflareAccess, withCloudflare } from '../../frame/cloudflare.ts';
import { type Connection, withCluster } from '../../frame/connect.ts';
import type { RunCommand } from '../../frame/definition.ts';
import { EXIT } from '../../frame/exit-code.ts';
import type { Io } from '../../frame/io.ts';
import { paintFor } from '../../output/paint.ts';
import { renderFindings } from './render.ts';
import { type AccessNeeds, tryToken } from './token.ts';

export const run: RunCommand = (given, io) =>
  withCluster(given, (connection) =>
    withCloudflare(given, io, async (cloudflare) => {
      const cluster = await clusterFindings(connection);
      const others = isHealthy(cluster) ? await furtherFindings(connection, cloudflare, io) : [];
      const findings = [...cluster, ...others];
      io.out.write(renderFindings(findings, given.text('output') ?? 'table', paintFor(io.out)));
      return isHealthy(findings) ? EXIT.done : EXIT.failed;
    }),
  );

/** Without a cluster or the definition, nothing else can be checked. */
async function clusterFindings({ cluster }: Connection): Promise<readonly Finding[]> {
  const facts = await attempt(async () => {
    const { gitVersion } = await cluster.serverVersion();
    return { version: gitVersion, served: await cluster.servedVersions(GROUP) };
  });
  return 'problem' in facts
    ? [{ subject: 'Cluster', status: 'failed', message: facts.problem }]
    : checkCluster(facts.value);
}

async function furtherFindings(
  connection: Connection,
  cloudflare: CloudflareAccess,
  io: Io,
): Promise<readonly Finding[]> {
  const [user, operator, tunnels] = await Promise.all([
    userFindings(connection),
    operatorFindings(connection, io),
    tunnelFindings(connection, cloudflare),
  ]);
  return [...user, ...operator, ...tunnels];
}

async function userFindings({ rest, namespace }: Connection): Promise<readonly Finding[]> {
  return checkUserRights(await reviewOwnRights(rest, rightsOf(USER_RULES, namespace)), namespace);
}

async function operatorFindings(connection: Connection, io: Io): Promise<readonly Finding[]> {
  const [deployments, isLeading] = await Promise.all([findOperators(connection.cluster), isRenewed(connection, io)]);
  const operators = deployments.map(describeOperator);
  const rights = await Promise.all(operators.map((operator) => rightsFinding(connection, operator)));
  return [...checkOperator({ operators, isLeading, version: VERSION }), ...rights];
}

async function rightsFinding({ rest }: Connection, operator: InstalledOperator): Promise<Finding> {
  const { namespace, serviceAccount: name, watchNamespace, servesGatewayApi } = operator;
  const rights = rightsOf(OPERATOR_RULES, watchNamespace, servesGatewayApi);
  const decided = await reviewRightsOf(rest, { namespace, name }, rights);
  return checkOperatorRights(`ServiceAccount ${namespace}/${name}`, decided);
}

/** Longer than a leader takes to renew its Lease. */
const RENEWAL_MS = 3_000;

/** `undefined`: the user may not read the Lease. */
async function isRenewed({ rest, namespace }: Connection, io: Io): Promise<boolean | undefined> {
  const scope = { namespace, lease: { namespace: undefined, name: LEASE_NAME } };
  const installation = new ClusterInstallation(rest, scope, new AbortController().signal);
  const first = await attempt(() => installation.heartbeat());
  if ('problem' in first) return undefined;
  if (first.value === undefined) return false;
  await io.pause(RENEWAL_MS);
  const second = await attempt(() => installation.heartbeat());
  return 'problem' in second ? undefined : second.value !== undefined && second.value !== first.value;
}

async function tunnelFindings(connection: Connection, cloudflare: CloudflareAccess): Promise<readonly Finding[]> {
  const { cluster, namespace } = connection;
  const tunnels = await cluster.tryList<Tunnel>('tunnels', { namespace });
  if (tunnels === undefined) return [];
  if (tunnels.length === 0) return [{ subject: 'Tunnels', status: 'unknown', message: noTunnels(namespace) }];
  const policies = (await cluster.tryList<AccessPolicy>('accesspolicies', { namespace })) ?? [];
  const tokens = (await cluster.tryList<AccessServiceToken>('accessservicetokens', { namespace })) ?? [];
  const needsOf = ({ metadata, spec }: Tunnel): AccessNeeds => ({
    policies: spec.access !== undefined || policies.some((policy) => policy.metadata.namespace === metadata.namespace),
    serviceTokens: tokens.some((token) => token.metadata.namespace === metadata.namespace),
  });
  const found = await Promise.all(
    tunnels.map(async (tunnel) =>
      checkTunnel(tunnel, await tryToken(connection, cloudflare, { tunnel, needs: needsOf(tunnel) })),
    ),
  );
  return found.flat();
}

function noTunnels(namespace: string | undefined): string {
  return namespace === undefined
    ? 'There is none yet. See examples/01-first-exposure'
    : `There is none in namespace ${namespace}. All namespaces: -A`;
}
