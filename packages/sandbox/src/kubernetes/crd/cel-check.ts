import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { isObject } from '../json.ts';
import type { Schema } from '../schema/schema.ts';
import { checkingEnvironment } from './cel.ts';
import { CelTypes } from './cel-types.ts';
import { compilePattern } from './re2.ts';

/** What a rule can see; `isResource` adds the fields that every resource has. */
export interface Scope {
  readonly schema: Schema;
  readonly isResource: boolean;
  readonly isOldOptional: boolean;
}

/** The type that an expression has, or what is wrong with it. */
export type Checked = { readonly type: string } | { readonly error: string };

/** Compiles an expression against the types of a schema; undefined when the schema cannot have rules. */
export function checkExpression(expression: string, scope: Scope): Checked | undefined {
  const environment = checkingEnvironment();
  const self = new CelTypes(environment).declare(scope.schema, scope.isResource);
  if (self === undefined) return undefined;
  environment.registerVariable('self', self);
  environment.registerVariable('oldSelf', scope.isOldOptional ? `optional<${self}>` : self);
  try {
    const { ast } = environment.parse(expression);
    const { type = 'dyn', error } = environment.check(expression);
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

/** What the library leaves to the evaluation: a field that `has` asks for, and a pattern that is written out. */
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
