import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, notSupported, required } from '../field-error.ts';
import { arrayOrEmpty, type JsonObject, objectOrEmpty, textOf } from '../json.ts';
import { serviceName, subdomainName } from '../registry/names.ts';

/** Validates group, scope and names of a definition. */
export function validateNames(definition: KubeObject): FieldError[] {
  const spec = objectOrEmpty(definition['spec']);
  const names = objectOrEmpty(spec['names']);
  const errors: FieldError[] = [];
  if (definition.metadata.name !== `${textOf(names['plural'])}.${textOf(spec['group'])}`) {
    const text = 'must be spec.names.plural+"."+spec.group';
    errors.push(invalidField('metadata.name', definition.metadata.name, text));
  }
  return [
    ...errors,
    ...validateGroup(textOf(spec['group'])),
    ...oneOf('spec.scope', spec['scope'], ['Cluster', 'Namespaced']),
    ...validateLabels(names),
    ...validateApproval(definition, textOf(spec['group'])),
  ];
}

/** Requires one of the supported values. */
export function oneOf(field: string, value: unknown, supported: readonly string[]): FieldError[] {
  if (textOf(value) === '') return [required(field)];
  return supported.includes(textOf(value)) ? [] : [notSupported(field, value, supported)];
}

function validateGroup(group: string): FieldError[] {
  if (group === '') return [required('spec.group')];
  const errors = subdomainName(group).map((text) => invalidField('spec.group', group, text));
  if (!group.includes('.')) {
    errors.push(invalidField('spec.group', group, 'should be a domain with at least one dot'));
  }
  return errors;
}

function nameField(key: string): string {
  return `spec.names.${key}`;
}

function validateLabels(names: JsonObject): FieldError[] {
  const errors = ['plural', 'singular', 'kind', 'listKind'].flatMap((key) => {
    const value = textOf(names[key]);
    const mayBeMixed = key === 'kind' || key === 'listKind';
    return value === '' ? [required(nameField(key))] : label(nameField(key), value, mayBeMixed);
  });
  for (const key of ['shortNames', 'categories']) {
    const list = arrayOrEmpty(names[key]).map(String);
    errors.push(...list.flatMap((value, index) => label(`${nameField(key)}[${index}]`, value, false)));
  }
  if (textOf(names['kind']) !== '' && names['kind'] === names['listKind']) {
    errors.push(invalidField(nameField('listKind'), names['listKind'], 'kind and listKind may not be the same'));
  }
  return errors;
}

function label(field: string, value: string, mayBeMixed: boolean): FieldError[] {
  const texts = serviceName(mayBeMixed ? value.toLowerCase() : value);
  return texts.map((text) =>
    invalidField(field, value, mayBeMixed ? `may have mixed case, but should otherwise match: ${text}` : text),
  );
}

/** A group of the Kubernetes community needs an annotation with the pull request that approves it. */
function validateApproval({ metadata }: KubeObject, group: string): FieldError[] {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return [];
  const annotation = 'api-approved.kubernetes.io';
  if ((metadata.annotations?.[annotation] ?? '') !== '') return [];
  const text = `protected groups must have approval annotation "${annotation}", see https://github.com/kubernetes/enhancements/pull/1111`;
  return [required(`metadata.annotations[${annotation}]`, text)];
}
