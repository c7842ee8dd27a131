import type { AnnotationRule } from '../../../api/annotation-rule.ts';
import { ANNOTATION_PREFIX } from '../../../api/annotations.ts';
import { quoted } from '../../quote.ts';
import { suggest } from '../../suggest.ts';
import type { Problem } from '../../model/route.ts';
import { type Annotations, invalid } from './fields.ts';

/** Finds annotations under our prefix that do not exist. Decides for one list of known annotations. */
export type FindUnknown = (annotations: Annotations) => readonly Problem[];

/** Reports unknown annotations in a fixed order, each with the known one that was probably meant. */
export function unknownAnnotations(rules: readonly AnnotationRule[]): FindUnknown {
  const keys = new Set(rules.map(({ key }) => key));
  const names = rules.map(({ key }) => nameOf(key));
  return (annotations) =>
    Object.keys(annotations)
      .filter((key) => key.startsWith(ANNOTATION_PREFIX) && !keys.has(key))
      .toSorted()
      .map((key) => invalid(key, `unknown annotation${adviceOn(suggest(nameOf(key), names))}`));
}

function nameOf(key: string): string {
  return key.slice(ANNOTATION_PREFIX.length);
}

function adviceOn(meant: string | undefined): string {
  return meant === undefined ? '; remove it' : `, did you mean ${ANNOTATION_PREFIX}${meant}?`;
}

/** Reports an unknown field of a YAML list. People often carry names over from annotations, in kebab-case. */
export function unknownField(field: string, known: readonly string[]): string {
  const meant = known.find((name) => plain(name) === plain(field)) ?? suggest(field, known);
  return `unknown field ${quoted(field)}${meant === undefined ? '' : `, did you mean ${meant}?`}`;
}

function plain(name: string): string {
  return name.replaceAll('-', '').toLowerCase();
}
