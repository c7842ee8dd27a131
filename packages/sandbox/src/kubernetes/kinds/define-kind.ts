import type { KubeObject } from '../api.ts';
import type { FieldError } from '../field-error.ts';
import { clone, fieldAt, isObject, type JsonObject, objectOrEmpty, textOf } from '../json.ts';
import { subdomainName } from '../registry/names.ts';
import { apiVersionOf, type Decoded, type Resource, STORED_VERBS, type Strategy } from '../registry/resource.ts';
import { decodeOrRefuse, requireKind } from '../registry/typed-body.ts';
import type { Schema } from '../schema/schema.ts';

type Optional = Partial<Omit<Resource, 'strategy' | 'custom' | 'schema' | 'plural' | 'kind' | 'columns'>>;
type Hooks = Partial<Omit<Strategy, 'decode'>>;

/** The properties of a built-in kind. Optional ones default to the most common value. */
export interface KindDefinition extends Optional, Hooks {
  readonly plural: string;
  readonly kind: string;
  readonly schema: Schema;
  readonly columns: Resource['columns'];
  /** `status` of a new object. A status in the request is ignored. */
  readonly initialStatus?: JsonObject;
  /** Fills in missing fields of every decoded body. */
  defaults?(object: KubeObject): void;
}

/** Builds the resource of a built-in kind. Default: namespaced, core group, version v1. */
export function defineKind(definition: KindDefinition): Resource {
  const { group = '', version = 'v1', plural, kind } = definition;
  const bucket = group === '' ? plural : `${group}/${plural}`;
  const shape = { group, version, plural, kind, schema: definition.schema };
  return {
    ...shape,
    singular: kind.toLowerCase(),
    namespaced: definition.namespaced ?? true,
    shortNames: definition.shortNames ?? [],
    categories: definition.categories ?? [],
    verbs: definition.verbs ?? STORED_VERBS,
    custom: false,
    bucket: definition.bucket ?? bucket,
    hasStatus: definition.hasStatus ?? false,
    scale: definition.scale,
    strategy: strategyOf(definition, { ...definition, ...shape }),
    columns: definition.columns,
    selectableFields: definition.selectableFields ?? [],
    selectableField: definition.selectableField ?? textAtPath,
    fromStorage: definition.fromStorage ?? ((object) => object),
    toStorage: definition.toStorage ?? ((object) => object),
  };
}

type Shape = Pick<Resource, 'group' | 'version' | 'plural' | 'kind' | 'schema'> &
  Pick<KindDefinition, 'defaults' | 'initialStatus'>;

function strategyOf(hooks: Hooks, shape: Shape): Strategy {
  return {
    countsGeneration: hooks.countsGeneration ?? false,
    unconditionalUpdate: hooks.unconditionalUpdate ?? true,
    deleteAnswer: hooks.deleteAnswer ?? 'status',
    nameRule: hooks.nameRule ?? subdomainName,
    finalizersOnDelete: hooks.finalizersOnDelete ?? [],
    decode: (body) => decodeKind(body, shape),
    prepare: (object, old) => {
      if (shape.initialStatus !== undefined) object['status'] = statusOf(shape.initialStatus, object, old);
      hooks.prepare?.(object, old);
    },
    validate: hooks.validate ?? ((): FieldError[] => []),
    gracePeriodSeconds: hooks.gracePeriodSeconds ?? (() => 0),
  };
}

/** The status, with initial fields that later updates keep because the server always includes them. */
function statusOf(initial: JsonObject, object: KubeObject, old: KubeObject | undefined): JsonObject {
  const given = old === undefined ? {} : objectOrEmpty(object['status']);
  return { ...clone(initial), ...given };
}

function decodeKind(body: unknown, shape: Shape): Decoded {
  const { value, unknownFields } = decodeOrRefuse(requireKind(body, shape), shape.schema, shape);
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  const typeMeta = { apiVersion: apiVersionOf(shape), kind: shape.kind };
  const object = { ...value, ...typeMeta, metadata } as unknown as KubeObject;
  shape.defaults?.(object);
  return { object, warnings: unknownFields };
}

function textAtPath(object: KubeObject, path: string): string {
  return textOf(fieldAt(object, ...path.split('.')));
}
