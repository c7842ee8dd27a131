import { readOverview } from '../../../adapters/kubernetes/overview.ts';
import { overviewOf } from '../../../core/overview/hostnames.ts';
import { SOURCES } from '../../../wiring/sources.ts';
import { PARSERS } from '../../../wiring/parsers.ts';
import { withCluster } from '../../frame/connect.ts';
import type { RunCommand } from '../../frame/definition.ts';
import { EXIT } from '../../frame/exit-code.ts';
import type { OutputFormat } from '../../frame/flags.ts';
import { paintFor } from '../../output/paint.ts';
import { renderHostnames } from './render.ts';

export const run: RunCommand = async (given, { out, err }) => {
  const { facts, namespace } = await withCluster(given, async (connection) => ({
    facts: await readOverview(connection.cluster, connection.namespace, { sources: SOURCES, parsers: PARSERS }),
    namespace: connection.namespace,
  }));
  const entries = overviewOf(facts);
  const format = given.text('output') as OutputFormat;
  if (entries.length === 0 && (format === 'table' || format === 'wide')) err.write(`${noneIn(namespace)}\n`);
  else out.write(renderHostnames(entries, { format, hasNamespaces: namespace === undefined, paint: paintFor(out) }));
  return EXIT.done;
};

function noneIn(namespace: string | undefined): string {
  return namespace === undefined
    ? 'No object asks for a hostname'
    : `No object in namespace ${namespace} asks for a hostname. All namespaces: -A`;
}
