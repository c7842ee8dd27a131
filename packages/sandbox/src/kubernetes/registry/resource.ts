import type { KubeObject, ResourceRef } from '../api.ts';
import type { FieldError } from '../field-error.ts';
import type { Schema } from '../schema/schema.ts';
import type { Column } from '../table/column.ts';
import type { NameRule } from './names.ts';

/** Where `autoscaling/v1 Scale` finds its three values in an object. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  /** Absent: the scale has no selector. Points to a string (custom resources) or a label selector (built-in kinds). */
  readonly selector?: readonly string[];
}

/** An object as decoded from a request, and what was wrong with it that only strict validation refuses. */
export interface Decoded {
  readonly object: KubeObject;
  /** Texts as in `strict decoding error: unknown field "spec.x"`. */
  readonly warnings: readonly string[];
}

/** What differs from kind to kind when objects are read and written. */
export interface Strategy {
  /** True when `metadata.generation` counts changes of the desired state. */
  readonly countsGeneration: boolean;
  /** False: a PUT must carry a resourceVersion. */
  readonly unconditionalUpdate: boolean;
  /** What a DELETE that removed the object at once answers with. */
  readonly deleteAnswer: 'status' | 'object';
  readonly nameRule: NameRule;
  /** Parses, prunes and defaults a body; throws 400 for what is not this kind at all. */
  decode(body: unknown): Decoded;
  /** Sets what the server owns; `old` is absent on create. */
  prepare(object: KubeObject, old: KubeObject | undefined): void;
  validate(object: KubeObject, old: KubeObject | undefined): FieldError[];
  /** Finalizers that DELETE itself adds. */
  readonly finalizersOnDelete: readonly string[];
  /** How long the object stays after DELETE before it may be removed. */
  gracePeriodSeconds(object: KubeObject, requested: number | undefined): number;
}

/** One served resource: all the API machinery needs to know about it. */
export interface Resource extends ResourceRef {
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** What clients may do with it: everything for what is stored, `create` alone for a review. */
  readonly verbs: readonly string[];
  readonly custom: boolean;
  /** Name of the bucket in the store; versions and views of one resource share it. */
  readonly bucket: string;
  readonly schema: Schema;
  readonly hasStatus: boolean;
  readonly scale: ScalePaths | undefined;
  readonly strategy: Strategy;
  readonly columns: readonly Column[];
  /** Field paths usable in a field selector, beside metadata.name and metadata.namespace. */
  readonly selectableFields: readonly string[];
  /** Value of one selectable field. */
  selectableField(object: KubeObject, path: string): string;
  /** Stored form to the form this version serves. */
  fromStorage(stored: KubeObject): KubeObject;
  /** Served form to the stored form. */
  toStorage(object: KubeObject): KubeObject;
}

/** Verbs of every stored resource. */
export const STORED_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Whether there can be objects of it. A review is answered and forgotten. */
export function isStored({ verbs }: Pick<Resource, 'verbs'>): boolean {
  return verbs.includes('list');
}

/** `v1` or `apps/v1`. */
export function apiVersionOf({ group, version }: ResourceRef): string {
  return group === '' ? version : `${group}/${version}`;
}
