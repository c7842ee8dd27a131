import { ANNOTATION_PREFIX, SERVICE_ANNOTATIONS } from '../../../api/annotations.ts';
import { quoted } from '../../quote.ts';
import { suggest } from '../../suggest.ts';
import type { Problem } from '../../model/route.ts';
import { type Annotations, invalid } from './fields.ts';

const KNOWN: readonly string[] = SERVICE_ANNOTATIONS.map(({ key }) => key.slice(ANNOTATION_PREFIX.length));

/** Annotations under our prefix that nobody has ever heard of: in one order, with what was probably meant. */
export function unknownAnnotations(annotations: Annotations): readonly Problem[] {
  return Object.keys(annotations)
    .filter((key) => key.startsWith(ANNOTATION_PREFIX) && !KNOWN.includes(key.slice(ANNOTATION_PREFIX.length)))
    .toSorted()
    .map((key) => {
      const meant = suggest(key.slice(ANNOTATION_PREFIX.length), KNOWN);
      return invalid(
        key,
        meant === undefined
          ? 'unknown annotation; remove it'
          : `unknown annotation, did you mean ${ANNOTATION_PREFIX}${meant}?`,
      );
    });
}

/** The same for the fields of a YAML list, whose words people carry over from annotations in kebab-case. */
export function unknownField(field: string, known: readonly string[]): string {
  const meant = known.find((word) => plain(word) === plain(field)) ?? suggest(field, known);
  return `unknown field ${quoted(field)}${meant === undefined ? '' : `, did you mean ${meant}?`}`;
}

function plain(word: string): string {
  return word.replaceAll('-', '').toLowerCase();
}
