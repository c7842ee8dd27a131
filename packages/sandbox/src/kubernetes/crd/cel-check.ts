import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { isObject } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { checkingEnvironment, inLibraryTerms } from './cel.ts';
import { CelTypes } from './cel-types.ts';
import { compilePattern } from './re2.ts';

/** The value that a rule can read. `isResource` adds the fields of every resource. */
export interface Scope {
  readonly schema: Schema;
  readonly isResource: boolean;
  readonly isOldOptional: boolean;
}

/** The type of an expression, or its error. */
export type Checked = { readonly type: string } | { readonly error: string };

/** Compiles an expression against the types of a schema. Undefined if the schema cannot have rules. */
export function checkExpression(expression: string, scope: Scope): Checked | undefined {
  const environment = checkingEnvironment();
  const self = new CelTypes(environment).declare(scope.schema, scope.isResource);
  if (self === undefined) return undefined;
  environment.registerVariable('self', self);
  environment.registerVariable('oldSelf', scope.isOldOptional ? `optional<${self}>` : self);
  const text = inLibraryTerms(expression);
  try {
    const { ast } = environment.parse(text);
    const { type = 'dyn', error } = environment.check(text);
    if (error !== undefined) return { error: firstLine(error) };
    const problems = nodesOf(ast).flatMap((node) => problemsOf(node, environment));
    return problems[0] === undefined ? { type } : { error: problems[0] };
  } catch (error) {
    return { error: firstLine(error) };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** Checks that the library leaves to the evaluation: the argument of `has`, and literal patterns. */
function problemsOf(node: ASTNode, environment: Environment): string[] {
  if (node.op === 'call' && node.args[0] === 'has') {
    const [field] = node.args[1];
    if (field === undefined || !isOfSelf(field)) return [];
    const { error } = environment.check(node.input.slice(field.range.start, field.range.end));
    return error === undefined ? [] : [firstLine(error)];
  }
  if (node.op !== 'rcall' || node.args[0] !== 'matches') return [];
  const [pattern] = node.args[2];
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return [];
  try {
    compilePattern(pattern.args);
    return [];
  } catch {
    return ['invalid matches argument'];
  }
}

function isOfSelf(node: ASTNode): boolean {
  if (node.op === 'id') return node.args === 'self' || node.args === 'oldSelf';
  return (node.op === '.' || node.op === '.?') && isOfSelf(node.args[0]);
}

function nodesOf(node: ASTNode): ASTNode[] {
  return [node, ...childrenOf(node.args).flatMap(nodesOf)];
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return isObject(args) && 'op' in args ? [args as unknown as ASTNode] : [];
}
