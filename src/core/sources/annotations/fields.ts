/** The fields of one route, wherever they are written: in annotations, or in an entry of `cftunnel.io/routes`. */
import type { AnnotationRule } from '../../../api/annotation-rule.ts';
import type { Problem } from '../../model/route.ts';

/** What is asked for: an annotation, or a field that has no annotation. */
export type Field = Pick<AnnotationRule, 'key'>;

export interface Fields {
  /** The value, without surrounding white space. */
  read(rule: Field): string | undefined;
  /** The name that messages use, so that a person finds the field. */
  nameOf(rule: Field): string;
  /** Of a route in a list: the backends that it names, each with fields of its own. */
  readonly backends?: readonly Fields[];
}

export type Annotations = Readonly<Record<string, string>>;

export function annotationFields(annotations: Annotations): Fields {
  return {
    read: ({ key }) => annotations[key]?.trim(),
    nameOf: ({ key }) => key,
  };
}

export function invalid(name: string, why: string): Problem {
  return { reason: 'InvalidAnnotation', message: `${name}: ${why}` };
}
