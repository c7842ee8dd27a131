import { arrayOrEmpty, fieldAt, isObject, type JsonObject, objectOrEmpty, textOf } from '../../json.ts';

/** A violation by a Pod, with the message of the real server. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** Checks `spec` of a Pod for one kind of violation. */
export type Check = (spec: JsonObject) => Violation | undefined;

/** All containers, in the order of the real server. */
export function containersIn(spec: JsonObject): readonly JsonObject[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((field) =>
    arrayOrEmpty(spec[field]).filter(isObject),
  );
}

/** Names of the containers whose security context violates a check. */
export function badContainers(spec: JsonObject, violates: (context: JsonObject) => boolean): readonly string[] {
  return containersIn(spec)
    .filter((container) => violates(objectOrEmpty(container['securityContext'])))
    .map(({ name }) => textOf(name));
}

/** The Pod and containers that set a field of the security context to a forbidden value: `pod and container "a"`. */
export function setters(spec: JsonObject, isWrong: (context: JsonObject) => boolean): string | undefined {
  const names = badContainers(spec, isWrong);
  const parts = [
    ...(isWrong(objectOrEmpty(spec['securityContext'])) ? ['pod'] : []),
    ...(names.length === 0 ? [] : [containers(names)]),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** `container "a"` or `containers "a", "b"`. */
export function containers(names: readonly string[]): string {
  return `${plural(names, 'container')} ${quoted(names)}`;
}

/** The noun, with an s unless there is exactly one item. */
export function plural(items: readonly unknown[], word: string): string {
  return items.length === 1 ? word : `${word}s`;
}

/** `"a", "b"`. */
export function quoted(items: readonly string[]): string {
  return items.map((item) => JSON.stringify(item)).join(', ');
}

/** A violation if there are any names. */
export function violation(names: readonly string[], reason: string, detail: string): Violation | undefined {
  return names.length === 0 ? undefined : { reason, detail: `${containers(names)} ${detail}` };
}

/** The capabilities that a security context adds and that are not allowed. */
export function addedCapabilities(context: JsonObject, allowed: ReadonlySet<string>): readonly string[] {
  return arrayOrEmpty(fieldAt(context, 'capabilities', 'add'))
    .map(textOf)
    .filter((name) => !allowed.has(name));
}

/**
 * The capabilities that all containers add and that are not allowed, sorted, in a message that names the containers.
 */
export function capabilitiesDetail(spec: JsonObject, allowed: ReadonlySet<string>): string | undefined {
  const names = badContainers(spec, (context) => addedCapabilities(context, allowed).length > 0);
  if (names.length === 0) return undefined;
  const added = containersIn(spec).flatMap(({ securityContext }) =>
    addedCapabilities(objectOrEmpty(securityContext), allowed),
  );
  const list = quoted([...new Set(added)].toSorted());
  return `${containers(names)} must not include ${list} in securityContext.capabilities.add`;
}

/** `seccompProfile.type` of a security context, or undefined if it is not set. */
export function seccompType(context: JsonObject): unknown {
  return fieldAt(context, 'seccompProfile', 'type');
}
