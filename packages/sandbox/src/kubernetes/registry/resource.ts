import type { KubeObject, ResourceRef } from '../api.ts';
import type { FieldError } from '../field-error.ts';
import type { Schema } from '../schema/schema.ts';
import type { Column } from '../table/column.ts';
import type { NameRule } from './names.ts';

/** The paths of the three values of `autoscaling/v1 Scale` in an object. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  /**
   * Absent if the scale has no selector. Points to a string (custom resources) or a label selector (built-in kinds).
   */
  readonly selector?: readonly string[];
}

/** A decoded object, and the errors that only strict validation rejects. */
export interface Decoded {
  readonly object: KubeObject;
  /** Messages such as `unknown field "spec.x"`. */
  readonly warnings: readonly string[];
}

/** The kind-specific parts of reading and writing objects. */
export interface Strategy {
  /** True if `metadata.generation` counts changes of the desired state. */
  readonly countsGeneration: boolean;
  /** False if a PUT requires a resourceVersion. */
  readonly unconditionalUpdate: boolean;
  /** The response to a DELETE that removed the object at once. */
  readonly deleteAnswer: 'status' | 'object';
  readonly nameRule: NameRule;
  /** Parses, prunes and defaults a body. Throws 400 for another kind. */
  decode(body: unknown): Decoded;
  /** Sets the fields that the server manages. `old` is absent on create. */
  prepare(object: KubeObject, old: KubeObject | undefined): void;
  validate(object: KubeObject, old: KubeObject | undefined): FieldError[];
  /** Finalizers that DELETE adds. */
  readonly finalizersOnDelete: readonly string[];
  /** How long the object remains after DELETE before it can be removed. */
  gracePeriodSeconds(object: KubeObject, requested: number | undefined): number;
}

/** A served resource, with everything the API machinery needs to know about it. */
export interface Resource extends ResourceRef {
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** All verbs for stored resources, only `create` for reviews. */
  readonly verbs: readonly string[];
  readonly custom: boolean;
  /** Name of the storage bucket, which versions and views of a resource share. */
  readonly bucket: string;
  readonly schema: Schema;
  readonly hasStatus: boolean;
  readonly scale: ScalePaths | undefined;
  readonly strategy: Strategy;
  readonly columns: readonly Column[];
  /** Selectable fields in addition to metadata.name and metadata.namespace. */
  readonly selectableFields: readonly string[];
  /** The value of a selectable field. */
  selectableField(object: KubeObject, path: string): string;
  /** Converts the stored form to the form of this version. */
  fromStorage(stored: KubeObject): KubeObject;
  /** Converts the form of this version to the stored form. */
  toStorage(object: KubeObject): KubeObject;
}

/** Verbs of every stored resource. */
export const STORED_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Whether objects of the resource are stored. Reviews are not. */
export function isStored({ verbs }: Pick<Resource, 'verbs'>): boolean {
  return verbs.includes('list');
}

/** `v1` or `apps/v1`. */
export function apiVersionOf({ group, version }: ResourceRef): string {
  return group === '' ? version : `${group}/${version}`;
}
