/** Parses source text and visits its syntax tree. */
import { stripTypeScriptTypes } from 'node:module';
import { parseAst } from 'rolldown/parseAst';

/** A node of the ESTree syntax tree, as loosely typed as the operators need it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- each type of node has properties of its own
  readonly [property: string]: any;
}

/** The text without its types, in which everything else keeps its place. */
export function withoutTypes(source: string): string {
  return stripTypeScriptTypes(source);
}

/** Calls `visit` with each node and the nodes around it, nearest first. */
export function visitNodes(javaScript: string, visit: (node: Node, ancestors: readonly Node[]) => void): void {
  const descend = (node: Node, ancestors: readonly Node[]): void => {
    visit(node, ancestors);
    for (const child of childrenOf(node)) descend(child, [node, ...ancestors]);
  };
  descend(parseAst(javaScript), []);
}

/** The node that must be replaced as a whole for this one to be: a chain ends as a whole at its first `?.`. */
export function replaceableNode(node: Node, ancestors: readonly Node[]): Node {
  const [parent, ...rest] = ancestors;
  if (parent?.type === 'ChainExpression') return parent;
  return parent !== undefined && (parent.object === node || parent.callee === node)
    ? (chainAt(parent, rest) ?? node)
    : node;
}

function chainAt(node: Node, ancestors: readonly Node[]): Node | undefined {
  const target = replaceableNode(node, ancestors);
  return target.type === 'ChainExpression' ? target : undefined;
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
