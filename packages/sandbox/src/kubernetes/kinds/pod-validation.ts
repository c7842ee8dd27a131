import {
  duplicateField,
  type FieldError,
  invalidField,
  notFoundField,
  notSupported,
  required,
} from '../field-error.ts';
import { arrayOrEmpty, isObject, type JsonObject, objectOrEmpty } from '../json.ts';
import { forbidProbes, validateProbes } from './probe-validation.ts';
import { labelName, portName } from '../registry/names.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
/** Of a container. Before Kubernetes 1.35, init containers could have only `Always`, and others none. */
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([numkKMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** Validates a PodSpec. `field` is its path, such as `spec.template.spec`. */
export function validatePodSpec(spec: JsonObject, field: string): FieldError[] {
  const volumes = objectsIn(spec['volumes']);
  const volumeNames = new Set(volumes.map((volume) => volume['name']));
  const containers = objectsIn(spec['containers']);
  const initial = objectsIn(spec['initContainers']);
  const check = (list: readonly JsonObject[], name: string) =>
    list.flatMap((container, index) => validateContainer(container, `${field}.${name}[${index}]`, volumeNames));
  return [
    ...validateNames(volumes, `${field}.volumes`),
    ...(containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...validateNames(containers, `${field}.containers`),
    ...check(containers, 'containers'),
    ...containers.flatMap((container, index) => validateProbes(container, `${field}.containers[${index}]`)),
    ...validateNames(initial, `${field}.initContainers`, namesOf(containers)),
    ...check(initial, 'initContainers'),
    ...initial.flatMap((container, index) => validateInitContainer(container, `${field}.initContainers[${index}]`)),
  ];
}

/** Only one that is restarted whenever it ends may have probes. */
function validateInitContainer(container: JsonObject, field: string): FieldError[] {
  return container['restartPolicy'] === 'Always' ? validateProbes(container, field) : forbidProbes(container, field);
}

function objectsIn(value: unknown): JsonObject[] {
  return arrayOrEmpty(value).filter(isObject);
}

function namesOf(items: readonly JsonObject[]): string[] {
  return items.map((item) => (typeof item['name'] === 'string' ? item['name'] : ''));
}

/** `taken` are names that the items must not have either. */
function validateNames(items: readonly JsonObject[], field: string, taken: readonly string[] = []): FieldError[] {
  const names = namesOf(items);
  return names.flatMap((name, index) => {
    const path = `${field}[${index}].name`;
    if (name === '') return [required(path)];
    if (names.indexOf(name) < index || taken.includes(name)) return [duplicateField(path, name)];
    return labelName(name).map((text) => invalidField(path, name, text));
  });
}

function validateContainer(container: JsonObject, field: string, volumes: ReadonlySet<unknown>): FieldError[] {
  const { image, imagePullPolicy, restartPolicy } = container;
  return [
    ...(restartPolicy === undefined || RESTART_POLICIES.some((policy) => policy === restartPolicy)
      ? []
      : [notSupported(`${field}.restartPolicy`, restartPolicy, RESTART_POLICIES)]),
    ...(typeof image === 'string' && image !== '' ? [] : [required(`${field}.image`)]),
    ...(PULL_POLICIES.includes(String(imagePullPolicy))
      ? []
      : [notSupported(`${field}.imagePullPolicy`, imagePullPolicy, PULL_POLICIES)]),
    ...objectsIn(container['ports']).flatMap((port, index) => validatePort(port, `${field}.ports[${index}]`)),
    ...objectsIn(container['env']).flatMap((env, index) => validateEnv(env, `${field}.env[${index}]`)),
    ...objectsIn(container['volumeMounts']).flatMap((mount, index) =>
      validateMount(mount, `${field}.volumeMounts[${index}]`, volumes),
    ),
    ...['limits', 'requests'].flatMap((kind) =>
      validateQuantities(objectOrEmpty(objectOrEmpty(container['resources'])[kind]), `${field}.resources.${kind}`),
    ),
  ];
}

function validatePort(port: JsonObject, field: string): FieldError[] {
  const { name, containerPort, protocol } = port;
  const errors =
    typeof name === 'string' ? portName(name).map((text) => invalidField(`${field}.name`, name, text)) : [];
  if (typeof containerPort !== 'number' || containerPort === 0) errors.push(required(`${field}.containerPort`));
  else errors.push(...validatePortNumber(containerPort, `${field}.containerPort`));
  return [...errors, ...validateProtocol(protocol, `${field}.protocol`)];
}

/** A port number from 1 to 65535. */
export function validatePortNumber(port: number, field: string): FieldError[] {
  return port >= 1 && port <= 65535 ? [] : [invalidField(field, port, 'must be between 1 and 65535, inclusive')];
}

/** TCP, UDP or SCTP. */
export function validateProtocol(protocol: unknown, field: string): FieldError[] {
  return PROTOCOLS.includes(String(protocol)) ? [] : [notSupported(field, protocol, PROTOCOLS)];
}

function validateEnv(env: JsonObject, field: string): FieldError[] {
  const errors = typeof env['name'] === 'string' && env['name'] !== '' ? [] : [required(`${field}.name`)];
  const hasBoth = typeof env['value'] === 'string' && env['value'] !== '' && isObject(env['valueFrom']);
  return hasBoth
    ? [...errors, invalidField(`${field}.valueFrom`, '', 'may not be specified when `value` is not empty')]
    : errors;
}

function validateMount(mount: JsonObject, field: string, volumes: ReadonlySet<unknown>): FieldError[] {
  const { name, mountPath } = mount;
  const errors = typeof mountPath === 'string' && mountPath !== '' ? [] : [required(`${field}.mountPath`)];
  if (typeof name !== 'string' || name === '') return [...errors, required(`${field}.name`)];
  return volumes.has(name) ? errors : [...errors, notFoundField(`${field}.name`, name)];
}

function validateQuantities(amounts: JsonObject, field: string): FieldError[] {
  return Object.entries(amounts)
    .filter(([, amount]) => !QUANTITY.test(String(amount)))
    .map(([name, amount]) =>
      invalidField(
        `${field}[${name}]`,
        amount,
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      ),
    );
}
