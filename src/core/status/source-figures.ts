import type { Condition } from '../../api/conditions.ts';
import { type SourceKey, kindOf } from '../model/source.ts';

/** How many sources of a kind report the same. */
export interface SourceFigure {
  readonly kind: string;
  readonly status: string;
  readonly reason: string;
  readonly count: number;
}

/** What is counted before the first condition is written. */
const NEW = { status: 'Unknown', reason: 'Progressing' };

/** Counts the sources that ask to be exposed by what their conditions report. */
export function sourceFigures(
  sources: Iterable<SourceKey>,
  conditionOf: (source: SourceKey) => Condition | undefined,
): readonly SourceFigure[] {
  const figures = new Map<string, SourceFigure>();
  for (const source of sources) {
    const kind = kindOf(source);
    const { status, reason } = conditionOf(source) ?? NEW;
    const name = `${kind} ${status} ${reason}`;
    figures.set(name, { kind, status, reason, count: (figures.get(name)?.count ?? 0) + 1 });
  }
  return [...figures.values()];
}
