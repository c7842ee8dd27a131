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

export const run: RunCommand = async (given, { out }) => {
  const versions = given.isOn('client') ? { client: VERSION } : await readVersions(given);
  const format = given.text('output');
  out.write(
    format === 'json' || format === 'yaml'
      ? renderDocument(format, 'Versions', documentOf(versions))
      : renderTable(['PROGRAM', 'VERSION'], rowsOf(versions), paintFor(out)),
  );
  return EXIT.done;
};

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
