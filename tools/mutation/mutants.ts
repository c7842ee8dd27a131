/** The mutants of a source text. */
import { replacementsFor } from './operators.ts';
import { type Node, replaceableNode, visitNodes, withoutTypes } from './syntax.ts';

/** One change of a source text, that its tests should detect. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  /** The text that takes the place of what lies between `start` and `end`. */
  readonly text: string;
  readonly isBlock: boolean;
  readonly line: number;
  /** For people: the node that changes, and what it becomes, each on one line. */
  readonly original: string;
  readonly replacement: string;
}

/** A mutant among those of many files. */
export interface NumberedMutant extends Mutant {
  readonly id: number;
  /** Relative to the repository. */
  readonly file: string;
}

/** The mutants of a TypeScript text, in the order of their places. */
export function mutantsOf(source: string): readonly Mutant[] {
  const code = withoutTypes(source);
  const mutants: Mutant[] = [];
  const textOf = ({ start, end }: Node): string => code.slice(start, end);
  visitNodes(code, (node, ancestors) => {
    const { start, end } = replaceableNode(node, ancestors);
    for (const replacement of replacementsFor({ node, ancestors, textOf })) {
      mutants.push({
        start,
        end,
        text: `${code.slice(start, node.start)}${replacement}${code.slice(node.end, end)}`,
        isBlock: node.type === 'BlockStatement',
        line: code.slice(0, node.start).split('\n').length,
        original: onOneLine(textOf(node)),
        replacement: onOneLine(replacement),
      });
    }
  });
  return distinct(mutants).toSorted((a, b) => a.start - b.start || b.end - a.end);
}

function distinct(mutants: readonly Mutant[]): readonly Mutant[] {
  return [...new Map(mutants.map((mutant) => [`${mutant.start}-${mutant.end} ${mutant.text}`, mutant])).values()];
}

const LONGEST_TEXT = 100;

/** For people: `a === b -> true`. */
export function changeOf({ original, replacement }: Mutant): string {
  return [original, replacement].map(shortened).join(' -> ');
}

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
