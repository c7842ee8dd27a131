/** The mutation operators: the texts that may take the place of a node of the syntax tree. */
import { opposites, swappedMethods } from './opposites.ts';
import type { Node } from './syntax.ts';

export interface Place {
  readonly node: Node;
  /** The nodes around it, nearest first. */
  readonly ancestors: readonly Node[];
  readonly textOf: (node: Node) => string;
}

type Operator = (place: Place) => readonly string[];

const COMPARISON = /^([=!]==|[<>]=?)$/;

const BY_TYPE: Readonly<Record<string, Operator>> = {
  ArrayExpression: ({ node }) => [node.elements.length === 0 ? "['mutated']" : '[]'],
  AssignmentExpression: withOtherOperator,
  BinaryExpression: binary,
  BlockStatement: ({ node, ancestors }) => (node.body.length > 0 && !isConstructor(ancestors) ? ['{}'] : []),
  CallExpression: method,
  ChainExpression: ({ node, textOf }) => optionalLinks(node.expression).map((link) => withoutLink(node, link, textOf)),
  Literal: literal,
  LogicalExpression: (place) => [...withOtherOperator(place), ...eitherSide(place)],
  ObjectExpression: ({ node }) => (node.properties.length > 0 ? ['{}'] : []),
  TemplateLiteral: ({ node, ancestors }) =>
    ancestors[0]?.type === 'TaggedTemplateExpression' || node.end - node.start === 2 ? [] : ['``'],
  UnaryExpression: ({ node, textOf }) => (/^[!-]$/.test(node.operator) ? [textOf(node.argument)] : []),
  UpdateExpression: ({ node, textOf }) => [
    textOf(node).replace(/\+\+|--/, (operator) => (operator === '++' ? '--' : '++')),
  ],
};

/** What may take the place of a node: by its own type, and by what it is to the node around it. */
export function replacementsFor(place: Place): readonly string[] {
  const { node, textOf } = place;
  const texts = [...(BY_TYPE[node.type]?.(place) ?? []), ...condition(place), ...result(place)];
  return [...new Set(texts)].filter((text) => text !== textOf(node));
}

function withOtherOperator({ node, textOf }: Place): readonly string[] {
  const [text, at] = [textOf(node), node.left.end - node.start];
  return opposites(node.operator).map((other) => text.slice(0, at) + text.slice(at).replace(node.operator, other));
}

function eitherSide({ node, textOf }: Place): readonly string[] {
  return [textOf(node.left), textOf(node.right)];
}

function binary(place: Place): readonly string[] {
  const { node, ancestors } = place;
  if (node.operator === '+' && [node.left, node.right].some(isText)) return [];
  const isOperand = ancestors[0]?.type === 'LogicalExpression';
  return [...withOtherOperator(place), ...(COMPARISON.test(node.operator) && !isOperand ? ['true', 'false'] : [])];
}

function isText(node: Node): boolean {
  if (node.type === 'BinaryExpression') return isText(node.left) || isText(node.right);
  return node.type === 'TemplateLiteral' || typeof node.value === 'string';
}

/** Calls one method instead of another, or none. */
function method({ node, textOf }: Place): readonly string[] {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.computed) return [];
  const { start, end } = callee.property;
  const [before, after] = [textOf(node).slice(0, start - node.start), textOf(node).slice(end - node.start)];
  return swappedMethods(callee.property.name).flatMap((name) => {
    if (name !== undefined) return [`${before}${name}${after}`];
    return callee.optional ? [] : [textOf(callee.object)];
  });
}

function literal({ node, ancestors }: Place): readonly string[] {
  if (node.regex) return withoutAnchor(node.regex);
  if (typeof node.value === 'boolean') return [String(!node.value)];
  if (typeof node.value !== 'string' || isName(node, ancestors[0])) return [];
  return [node.value === '' ? "'mutated'" : "''"];
}

function withoutAnchor({ pattern, flags }: { readonly pattern: string; readonly flags: string }): readonly string[] {
  const patterns = [pattern.replace(/^\^/, ''), pattern.replace(/(?<!\\)\$$/, '')];
  return patterns.filter((shorter) => shorter !== '').map((shorter) => `/${shorter}/${flags}`);
}

/** Whether a string is no value: the source of an import, the name of a property, a directive. */
function isName(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined || /^(Import|Export)/.test(parent.type) || parent.directive !== undefined) return true;
  return (
    (parent.type === 'Property' || parent.type === 'PropertyDefinition') && parent.key === node && !parent.computed
  );
}

/** Decides a condition beforehand, or the other way round. A loop that never ends proves nothing. */
function condition({ node, ancestors: [parent], textOf }: Place): readonly string[] {
  if (parent?.test !== node || parent.type === 'SwitchCase') return [];
  const isLoop = /^(For|While|DoWhile)Statement$/.test(parent.type);
  return ['false', ...(isLoop ? [] : ['true', `!(${textOf(node)})`])];
}

/** Returns nothing. */
function result({ node, ancestors: [parent], textOf }: Place): readonly string[] {
  const isReturned = parent?.type === 'ReturnStatement';
  const isBody = parent?.type === 'ArrowFunctionExpression' && parent.body === node && node.type !== 'BlockStatement';
  return (isReturned || isBody) && textOf(node) !== 'undefined' ? ['undefined'] : [];
}

/** The body of a constructor may have to call that of its base class. */
function isConstructor([, definition]: readonly Node[]): boolean {
  return definition?.type === 'MethodDefinition' && definition.kind === 'constructor';
}

/** The links of a chain that end it when there is nothing before them. */
function optionalLinks(node: Node): readonly Node[] {
  const before =
    node.type === 'MemberExpression' ? node.object : node.type === 'CallExpression' ? node.callee : undefined;
  return before === undefined ? [] : [...optionalLinks(before), ...(node.optional ? [before] : [])];
}

function withoutLink(chain: Node, before: Node, textOf: Place['textOf']): string {
  const text = textOf(chain);
  const at = text.indexOf('?.', before.end - chain.start);
  const rest = text.slice(at + 2);
  return `${text.slice(0, at)}${/^[[(]/.test(rest) ? '' : '.'}${rest}`;
}
