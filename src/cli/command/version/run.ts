import { findOperators } from '../../../adapters/kubernetes/operator-deployment.ts';
import { type InstalledOperator, describeOperator } from '../../../core/installed/operator.ts';
import { VERSION } from '../../../version.ts';
import { withCluster } from '../../frame/connect.ts';
import type { Given, RunCommand } from '../../frame/definition.ts';
import { EXIT } from '../../frame/exit-code.ts';
import { renderDocument } from '../../output/document.ts';
import { paintFor } from '../../output/paint.ts';
import { renderTable } from '../../output/table.ts';

interface Versions {
  readonly client: string;
  readonly operators?: readonly InstalledOperator[];
  readonly server?: string;
}

interface Read {
  readonly value: Versions;
  readonly error?: unknown;
}

export const run: RunCommand = async (given, { out }) => {
  const read = given.isOn('client') ? { value: { client: VERSION } } : await readVersions(given).then(known, unknown);
  const versions = read.value;
  const format = given.text('output');
  out.write(
    format === 'json' || format === 'yaml'
      ? renderDocument(format, 'Versions', documentOf(versions))
      : renderTable(['PROGRAM', 'VERSION'], rowsOf(versions), paintFor(out)),
  );
  if ('error' in read) throw read.error;
  return EXIT.done;
};

function known(value: Versions): Read {
  return { value };
}

/** Without a cluster, the version of this program is still known. */
function unknown(error: unknown): Read {
  return { value: { client: VERSION }, error };
}

function readVersions(given: Given): Promise<Versions> {
  return withCluster(given, async ({ cluster }) => {
    const [server, deployments] = await Promise.all([cluster.serverVersion(), findOperators(cluster)]);
    return { client: VERSION, operators: deployments.map(describeOperator), server: server.gitVersion };
  });
}

const UNKNOWN = 'unknown: its image has no version as its tag';

function rowsOf({ client, operators, server }: Versions): readonly (readonly string[])[] {
  const found = operators?.map(({ deployment, version }) => [`operator (${deployment})`, version ?? UNKNOWN]) ?? [];
  const installed = operators?.length === 0 ? [['operator', 'not found, or not visible to you']] : found;
  return [['cftunnel', client], ...installed, ...(server === undefined ? [] : [['Kubernetes', server]])];
}

function documentOf({ client, operators, server }: Versions): object {
  const described = operators?.map(({ deployment, version, image }) => ({ deployment, version, image }));
  return { client, operators: described, kubernetes: server };
}
