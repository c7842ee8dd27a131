/** What kubectl commands of pages refer to: kinds, annotations, conditions, reasons and files. */
import {
  CHANGE_REASONS,
  EXPOSED,
  EXPOSED_REASONS,
  TUNNEL_PARTS,
  TUNNEL_REASONS,
  WARNING_REASONS,
} from '../../../src/api/conditions.ts';
import { ORIGIN, SERVICE_ANNOTATIONS } from '../../../src/api/annotations.ts';
import {
  ALLOWED_HOSTNAMES_ANNOTATION,
  ALLOW_DELETE_ANNOTATION,
  CONFIRM_DELETE_ANNOTATION,
  DEFAULT_TUNNEL_ANNOTATION,
  ROTATE_TOKEN_ANNOTATION,
} from '../../../src/api/names.ts';
import { type Arguments, isPlaceholder, parseArguments, valuesOf } from './arguments.ts';
import { pathProblem } from './paths.ts';

/** Verbs that take TYPE NAME, TYPE/NAME or TYPE,TYPE as their first argument. */
const TAKES_TYPE = new Set(
  'get,describe,delete,annotate,label,patch,edit,scale,wait,expose,explain'
    .concat(',rollout restart,rollout status,rollout undo,set env,set image,set resources')
    .split(','),
);

const ANNOTATIONS: ReadonlySet<string> = new Set([
  ...[...SERVICE_ANNOTATIONS, ORIGIN].map(({ key }) => key),
  CONFIRM_DELETE_ANNOTATION,
  ROTATE_TOKEN_ANNOTATION,
  ALLOWED_HOSTNAMES_ANNOTATION,
  ALLOW_DELETE_ANNOTATION,
  DEFAULT_TUNNEL_ANNOTATION,
]);

const CONDITIONS: ReadonlySet<string> = new Set([
  EXPOSED,
  ...TUNNEL_PARTS,
  'Ready',
  'Reconciling',
  'Stalled',
  'complete',
  'available',
]);
const REASONS = new Set([TUNNEL_REASONS, EXPOSED_REASONS, WARNING_REASONS, CHANGE_REASONS].flatMap(Object.keys));

/** Problems of a command, by the names of kinds that the cluster knows. `words` follow `kubectl`. */
export function kubectlProblems(words: readonly string[], kinds: ReadonlySet<string>): readonly string[] {
  const given = parseArguments(words);
  return [
    ...kindProblems(given, kinds),
    ...given.positional.flatMap(annotationProblems),
    ...valuesOf(given, '--for').flatMap(conditionProblems),
    ...valuesOf(given, '--field-selector').flatMap(reasonProblems),
    ...valuesOf(given, '-f', '-k', '--filename', '--kustomize').flatMap(fileProblems),
  ];
}

function kindProblems({ positional }: Arguments, kinds: ReadonlySet<string>): readonly string[] {
  const [first = '', second = ''] = positional;
  const depth = TAKES_TYPE.has(`${first} ${second}`) ? 2 : TAKES_TYPE.has(first) ? 1 : 0;
  const type = positional[depth];
  if (depth === 0 || type === undefined) return [];
  const names = (type.split('/')[0] ?? '').split(',').map((name) => (first === 'explain' ? name.split('.')[0] : name));
  return names.flatMap((name = '') => (kinds.has(name) || isPlaceholder(name) ? [] : [`there is no kind ${name}`]));
}

function annotationProblems(word: string): readonly string[] {
  const [, key] = /^(cftunnel\.io\/[^=]+?)(?:=[^]*|-)$/.exec(word) ?? [];
  return key === undefined || ANNOTATIONS.has(key) ? [] : [`there is no annotation ${key}`];
}

function conditionProblems(value: string): readonly string[] {
  const [, condition] = /^condition=([^=]+)/.exec(value) ?? [];
  return condition === undefined || CONDITIONS.has(condition) ? [] : [`there is no condition ${condition}`];
}

function reasonProblems(selector: string): readonly string[] {
  const reasons = [...selector.matchAll(/\breason=(\w+)/g)].map(([, reason = '']) => reason);
  return reasons.filter((reason) => !REASONS.has(reason)).map((reason) => `no event has the reason ${reason}`);
}

function fileProblems(path: string): readonly string[] {
  const problem = pathProblem(path);
  return problem === undefined ? [] : [problem];
}
