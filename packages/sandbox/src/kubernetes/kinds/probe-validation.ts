import { type FieldError, forbiddenField, invalidField, notSupported, required } from '../field-error.ts';
import { isObject, type JsonObject } from '../json.ts';
import { portName } from '../registry/names.ts';

/** In the order in which the server looks for them. */
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const SCHEMES = ['HTTP', 'HTTPS'];
const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** What only a container that keeps running can have. */
const OF_RUNNING = ['lifecycle', ...PROBES];

/** Validates the probes of a container. `field` is its path. */
export function validateProbes(container: JsonObject, field: string): FieldError[] {
  return PROBES.flatMap((name) => {
    const probe = container[name];
    return isObject(probe) ? validateProbe(name, probe, `${field}.${name}`) : [];
  });
}

/** Rejects them, because the container is to end. */
export function forbidProbes(container: JsonObject, field: string): FieldError[] {
  const found = OF_RUNNING.filter((name) => isObject(container[name]));
  const why = 'may not be set for init containers without restartPolicy=Always';
  return found.map((name) => forbiddenField(`${field}.${name}`, why));
}

function validateProbe(name: string, probe: JsonObject, field: string): FieldError[] {
  const negative = COUNTS.filter((count) => Number(probe[count] ?? 0) < 0);
  const { successThreshold } = probe;
  return [
    ...validateHandler(probe, field),
    ...negative.map((count) => invalidField(`${field}.${count}`, probe[count], 'must be greater than or equal to 0')),
    ...(name === 'readinessProbe' || successThreshold === 1
      ? []
      : [invalidField(`${field}.successThreshold`, successThreshold, 'must be 1')]),
  ];
}

function validateHandler(probe: JsonObject, field: string): FieldError[] {
  const [first, ...others] = HANDLERS.filter((name) => isObject(probe[name]));
  if (first === undefined) return [required(field, 'must specify a handler type')];
  const why = 'may not specify more than 1 handler type';
  return [
    ...validateAction(first, probe[first] as JsonObject, `${field}.${first}`),
    ...others.map((name) => forbiddenField(`${field}.${name}`, why)),
  ];
}

function validateAction(handler: string, action: JsonObject, field: string): FieldError[] {
  if (handler === 'exec') return [];
  const { port, scheme } = action;
  const isUnknownScheme = handler === 'httpGet' && !SCHEMES.includes(String(scheme));
  return [
    ...validatePort(port, `${field}.port`),
    ...(isUnknownScheme ? [notSupported(`${field}.scheme`, scheme, SCHEMES)] : []),
  ];
}

function validatePort(port: unknown, field: string): FieldError[] {
  if (typeof port === 'string') return portName(port).map((text) => invalidField(field, port, text));
  const number = Number(port ?? 0);
  return number >= 1 && number <= 65535 ? [] : [invalidField(field, number, 'must be between 1 and 65535, inclusive')];
}
