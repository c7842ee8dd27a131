import type { KubeObject } from '../api.ts';
import { type FieldError, invalidField, notSupported, required } from '../field-error.ts';
import { arrayOrEmpty, fieldAt, isObject, objectOrEmpty, textOf } from '../json.ts';
import type { Resource } from '../registry/resource.ts';
import { networkingV1Ingress, networkingV1IngressClass } from '../schema/built-in.gen.ts';
import { ingressClassColumns, ingressColumns } from '../table/ingress-columns.ts';
import { defineKind } from './define-kind.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

/** `networking.k8s.io/v1 Ingress`. No controller serves it. */
export function ingressKind(): Resource {
  return defineKind({
    group: 'networking.k8s.io',
    plural: 'ingresses',
    kind: 'Ingress',
    shortNames: ['ing'],
    hasStatus: true,
    countsGeneration: true,
    schema: networkingV1Ingress,
    columns: ingressColumns,
    initialStatus: { loadBalancer: {} },
    validate: validateIngress,
  });
}

function validateIngress(ingress: KubeObject): FieldError[] {
  const spec = objectOrEmpty(ingress['spec']);
  const rules = arrayOrEmpty(spec['rules']);
  if (rules.length === 0 && spec['defaultBackend'] === undefined)
    return [invalidField('spec', null, 'either `defaultBackend` or `rules` must be specified')];
  return rules.flatMap((rule, index) => validatePaths(rule, `spec.rules[${index}].http.paths`));
}

function validatePaths(rule: unknown, at: string): FieldError[] {
  const paths = arrayOrEmpty(fieldAt(rule, 'http', 'paths')).filter(isObject);
  return paths.flatMap(({ path, pathType }, index) => {
    if (pathType === undefined) return [required(`${at}[${index}].pathType`, 'pathType must be specified')];
    if (!PATH_TYPES.includes(textOf(pathType))) return [notSupported(`${at}[${index}].pathType`, pathType, PATH_TYPES)];
    const isFree = pathType === 'ImplementationSpecific' && textOf(path) === '';
    return isFree || textOf(path).startsWith('/')
      ? []
      : [invalidField(`${at}[${index}].path`, path ?? '', 'must be an absolute path')];
  });
}

/** `networking.k8s.io/v1 IngressClass`. */
export function ingressClassKind(): Resource {
  return defineKind({
    group: 'networking.k8s.io',
    plural: 'ingressclasses',
    kind: 'IngressClass',
    namespaced: false,
    countsGeneration: true,
    schema: networkingV1IngressClass,
    columns: ingressClassColumns,
    validate: (ingressClass, old) => {
      const controller = fieldAt(ingressClass, 'spec', 'controller');
      if (textOf(controller) === '') return [required('spec.controller', '')];
      return old !== undefined && fieldAt(old, 'spec', 'controller') !== controller
        ? [invalidField('spec.controller', controller, 'field is immutable')]
        : [];
    },
  });
}
