/**
 * Judges drift by what the API server answers. An admission webhook may answer every write with values of its own, so
 * an object that differs from its manifest is compared with the result of applying that manifest.
 */
import { MANIFEST_HASH_ANNOTATION } from '../../../api/names.ts';
import type { KubeObject } from '../../../api/objects.ts';
import type { Answer } from '../pass/memory.ts';
import { differencesText, holds } from '../../../core/manifests/drift.ts';

/** The last answers to the manifests of one Tunnel, by kind and name. After a restart, dry runs replace them. */
type Answers = Map<string, Answer>;

interface Server {
  readonly answers: Answers;
  readonly dryRun: (manifest: KubeObject) => Promise<KubeObject | undefined>;
}

/** Whether a write would change nothing. A dry run is asked for at most once for each state of an object. */
export async function isUpToDate(
  { answers, dryRun }: Server,
  observed: KubeObject,
  stamped: KubeObject,
): Promise<boolean> {
  if (holds(observed, stamped)) return true;
  const known = answers.get(identityOf(stamped));
  if (known !== undefined && isSameAnswer(known, answerOf(observed, stamped))) return true;
  if (!wasWrittenAs(answers, observed, stamped)) return false;
  const answer = await dryRun(stamped);
  if (answer === undefined || !hasSameDifferences(observed, answer, stamped)) return false;
  noteAnswer(answers, stamped, answer);
  return true;
}

export function noteAnswer(answers: Answers, stamped: KubeObject, answer: KubeObject): void {
  answers.set(identityOf(stamped), answerOf(answer, stamped));
}

export function hasSameDifferences(one: KubeObject, other: KubeObject, manifest: KubeObject): boolean {
  return differencesText(one, manifest) === differencesText(other, manifest);
}

/** The same manifest was applied before. A webhook may hide that, until this process has applied one itself. */
export function wasWrittenAs(answers: Answers, observed: KubeObject, stamped: KubeObject): boolean {
  const before = stampOf(observed) ?? answers.get(identityOf(stamped))?.stamp;
  return before === undefined || before === stampOf(stamped);
}

/** All of a Tunnel's objects are in its namespace. */
function identityOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

function answerOf(object: KubeObject, stamped: KubeObject): Answer {
  return { stamp: stampOf(stamped), differences: differencesText(object, stamped) };
}

function isSameAnswer(one: Answer, other: Answer): boolean {
  return one.stamp === other.stamp && one.differences === other.differences;
}

function stampOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[MANIFEST_HASH_ANNOTATION];
}
