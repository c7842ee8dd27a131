import type { KubeObject } from '../api.ts';
import { duplicateField, type FieldError, invalidField, notSupported, required } from '../field-error.ts';
import { arrayOrEmpty, isObject, type JsonObject, objectOrEmpty, textOf } from '../json.ts';
import { labelName, portName } from '../registry/names.ts';
import { validateLabels } from '../registry/validate-metadata.ts';
import { validatePortNumber, validateProtocol } from './pod-validation.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

/** Validates a Service as the API server does. */
export function validateService(service: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = objectOrEmpty(service['spec']);
  const type = String(spec['type']);
  if (!TYPES.includes(type)) return [notSupported('spec.type', type, TYPES)];
  const ports = arrayOrEmpty(spec['ports']).filter(isObject);
  return [
    ...validatePresence(spec, type, ports),
    ...ports.flatMap((port, index) => validatePort(port, `spec.ports[${index}]`, ports.length > 1)),
    ...validateUniqueness(ports),
    ...validateLabels(objectOrEmpty(spec['selector']) as Record<string, string>, 'spec.selector'),
    ...validateAddress(spec, objectOrEmpty(old?.['spec'])),
    ...(['None', 'ClientIP'].includes(String(spec['sessionAffinity']))
      ? []
      : [notSupported('spec.sessionAffinity', spec['sessionAffinity'], ['ClientIP', 'None'])]),
  ];
}

function validatePresence(spec: JsonObject, type: string, ports: readonly JsonObject[]): FieldError[] {
  if (type === 'ExternalName') {
    return typeof spec['externalName'] === 'string' && spec['externalName'] !== ''
      ? []
      : [required('spec.externalName')];
  }
  const isHeadless = spec['clusterIP'] === 'None';
  if (isHeadless && type !== 'ClusterIP') {
    return [invalidField('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)];
  }
  return ports.length > 0 || isHeadless ? [] : [required('spec.ports')];
}

function validatePort(port: JsonObject, field: string, needsName: boolean): FieldError[] {
  const { name, targetPort } = port;
  const errors: FieldError[] = [];
  if (typeof name !== 'string' || name === '') errors.push(...(needsName ? [required(`${field}.name`)] : []));
  else errors.push(...labelName(name).map((text) => invalidField(`${field}.name`, name, text)));
  errors.push(...validatePortNumber(Number(port['port'] ?? 0), `${field}.port`));
  errors.push(...validateProtocol(port['protocol'], `${field}.protocol`));
  if (typeof targetPort === 'number') errors.push(...validatePortNumber(targetPort, `${field}.targetPort`));
  if (typeof targetPort === 'string') {
    errors.push(...portName(targetPort).map((text) => invalidField(`${field}.targetPort`, targetPort, text)));
  }
  return errors;
}

function validateUniqueness(ports: readonly JsonObject[]): FieldError[] {
  const keys = ports.map((port) => JSON.stringify(portKey(port)));
  const names = ports.map((port) => port['name']);
  return ports.flatMap((port, index) => [
    ...(port['name'] !== undefined && names.indexOf(port['name']) < index
      ? [duplicateField(`spec.ports[${index}].name`, port['name'])]
      : []),
    ...(keys.indexOf(keys[index] ?? '') < index ? [duplicateField(`spec.ports[${index}]`, portKey(port))] : []),
  ]);
}

function portKey({ port, protocol }: JsonObject): JsonObject {
  return { protocol, port };
}

function validateAddress(spec: JsonObject, old: JsonObject): FieldError[] {
  const { clusterIP } = spec;
  if (clusterIP !== undefined && clusterIP !== 'None' && !isAddress(textOf(clusterIP))) {
    return [
      invalidField('spec.clusterIPs', [clusterIP], 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
    ];
  }
  const before = old['clusterIP'];
  if (before === undefined || spec['type'] === 'ExternalName' || before === clusterIP) return [];
  return [invalidField('spec.clusterIPs[0]', [clusterIP], 'may not change once set')];
}

function isAddress(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}
