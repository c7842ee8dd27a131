import { readManifests } from '../../../adapters/documents/manifest-files.ts';
import { sourceKinds } from '../../../adapters/kubernetes/source-kinds.ts';
import { ACCESS_POLICY_KIND } from '../../../api/names.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { titleOf } from '../../../core/model/source.ts';
import { applyObjects } from '../../../core/preview/apply.ts';
import { inNamespace } from '../../../core/preview/manifests.ts';
import { hasChanges, previewOf, titleOfObject } from '../../../core/preview/preview.ts';
import { policiesNotRead } from '../../../core/preview/protected-routes.ts';
import type { RoutedState } from '../../../core/preview/routed-state.ts';
import { isRelevant } from '../../../core/preview/state.ts';
import { listed } from '../../../core/quote.ts';
import { SOURCES } from '../../../wiring/sources.ts';
import { type Connection, withCluster } from '../../frame/connect.ts';
import { withCloudflare } from '../../frame/cloudflare.ts';
import type { Given, RunCommand } from '../../frame/definition.ts';
import { CommandError, EXIT, type ExitCode, usageError } from '../../frame/exit-code.ts';
import type { Io } from '../../frame/io.ts';
import { paintFor } from '../../output/paint.ts';
import { readOutlooks, tunnelsTouched } from './outlooks.ts';
import { compareRemote } from './remote-rules.ts';
import { type PlanAnswer, renderPlan } from './render.ts';
import { validated } from './validated.ts';
import { type Compared, compareLive, compareStates } from '../../frame/states.ts';

export const run: RunCommand = async (given, io) => {
  const paths = given.list('filename');
  if (paths.length === 0) throw usageError('give the files to apply: -f FILE');
  if ([...paths, ...given.list('cluster-state')].filter((path) => path === '-').length > 1)
    throw usageError('standard input can be read only once: give a file for one of them');
  const objects = await readManifests(paths, { isRecursive: given.isOn('recursive'), stdin: io.readStdin });
  const answer = await (given.list('cluster-state').length > 0 ? planOffline : planLive)(given, io, objects);
  io.out.write(renderPlan(answer, given.text('output') ?? 'table', paintFor(io.out)));
  return exitCodeOf(answer);
};

function exitCodeOf({ preview }: PlanAnswer): ExitCode {
  if (preview.problems.length > 0) return EXIT.failed;
  return hasChanges(preview) ? EXIT.changes : EXIT.done;
}

async function planOffline(given: Given, io: Io, manifests: readonly KubeObject[]): Promise<PlanAnswer> {
  const state = await readManifests(given.list('cluster-state'), { isRecursive: false, stdin: io.readStdin });
  const files = relevant(inNamespace(manifests, given.text('namespace') ?? 'default'));
  // A file without any may come from a time before Access was used, or from one who may not read them.
  const policiesOf = state.some(({ kind }) => kind === ACCESS_POLICY_KIND) ? 'all' : new Set<string>();
  const after = applyObjects(state, files, nowOf(io));
  const compared = await validated(files, () => compareStates(state, after, { policiesOf }));
  const notes = ['Records, and rules of others at Cloudflare, were not compared, because --cluster-state asks nobody'];
  return answerFor(compared, { given, files, ignored: manifests.length - files.length, notes, records: new Map() });
}

function planLive(given: Given, io: Io, manifests: readonly KubeObject[]): Promise<PlanAnswer> {
  return withCluster(given, (connection: Connection) =>
    withCloudflare(given, io, async (cloudflare) => {
      const files = relevant(inNamespace(manifests, connection.ownNamespace));
      const access = { given, connection, cloudflare };
      const live = await validated(files, () => compareLive(connection, files, nowOf(io)));
      const touched = tunnelsTouched(live.compared, files);
      const remote = await compareRemote(access, live.compared, touched);
      const { records, notes } = await readOutlooks(access, remote.compared, touched);
      const all = [...live.notes, ...remote.notes, ...notes];
      return answerFor(remote.compared, {
        given,
        files,
        ignored: manifests.length - files.length,
        notes: all,
        records,
      });
    }),
  );
}

interface Facts extends Pick<PlanAnswer, 'ignored' | 'notes'> {
  readonly given: Given;
  readonly files: readonly KubeObject[];
  readonly records: Parameters<typeof previewOf>[0]['records'];
}

function answerFor({ before, after }: Compared, { given, files, ignored, notes, records }: Facts): PlanAnswer {
  const titles = new Set(files.map(titleOfObject));
  const isAccessRequired = given.isOn('require-access');
  const isInFiles = (object: string): boolean => titles.has(object);
  const preview = previewOf({ before, after, records, isInFiles, isAccessRequired });
  return { preview, ignored, notes: [...notes, ...policyNotes(after, isInFiles)] };
}

function policyNotes({ rules, state }: RoutedState, isInFiles: (object: string) => boolean): readonly string[] {
  const routes = [...rules.values()].flat().filter(({ source }) => isInFiles(titleOf(source)));
  const unknown = policiesNotRead(routes, state.accessPolicies);
  if (unknown.length === 0) return [];
  return [`Whether AccessPolicy ${listed(unknown, ' and ')} exists was not checked, because it could not be read`];
}

/** Files without a single object are most likely the wrong ones. */
function relevant(objects: readonly KubeObject[]): readonly KubeObject[] {
  if (objects.length === 0) throw new CommandError('the files contain no objects');
  return objects.filter((object) => isRelevant(object, sourceKinds(SOURCES)));
}

function nowOf({ nowMs }: Io): string {
  return `${new Date(nowMs()).toISOString().slice(0, 19)}Z`;
}
