/** What commands of pages ask of the operator's own program, `main.js`. */
import { COMMANDS } from '../../../src/command-line.ts';
import { FLAGS, readFlags } from '../../../src/options.ts';
import { isBuilt, pathProblem } from './paths.ts';

/** In the image. */
const IMAGE_NODE = '/nodejs/bin/node';
const IMAGE_PROGRAM = '/app/main.js';

/** `words` are what `kubectl exec` runs in the operator's container. */
export function containerProblems([program = '', script = '', ...rest]: readonly string[]): readonly string[] {
  if (program === '') return [];
  if (program !== IMAGE_NODE || script !== IMAGE_PROGRAM) return [`the image cannot run ${program} ${script}`];
  return operatorProblems(rest);
}

/** `words` follow `node`. */
export function nodeProblems([script = '', ...rest]: readonly string[]): readonly string[] {
  if (script === 'dist/main.js') return operatorProblems(rest);
  const problem = isBuilt(script) ? undefined : pathProblem(script);
  return problem === undefined ? [] : [problem];
}

function operatorProblems([first = '', ...rest]: readonly string[]): readonly string[] {
  const isCommand = first !== '' && !first.startsWith('-');
  const flags = isCommand ? COMMANDS[first]?.flags : FLAGS;
  if (flags === undefined) return [`main.js has no command ${first}`];
  const args = (isCommand ? rest : [first, ...rest]).filter((word) => word !== '' && word !== '--help');
  const given = readFlags(flags, args, {});
  return typeof given === 'string' ? [given] : [];
}
