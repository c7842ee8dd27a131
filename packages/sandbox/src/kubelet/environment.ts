import type { ContainerSpec, EnvFromSource, EnvVar, Pod } from '../kubernetes/controllers/workloads.ts';
import type { ConfigSource, Entries } from './config-source.ts';
import { fieldValue } from './downward-api.ts';
import { resourceFieldValue } from './resource-field.ts';
import { expandVariables } from './variable-expansion.ts';

/** Resolves the references of a container. */
interface Setting {
  readonly pod: Pod;
  readonly podIp: string;
  readonly container: ContainerSpec;
  readonly source: ConfigSource;
}

/** The environment of a container: envFrom in order, then env in order. Later values take precedence. */
export function environmentOf(
  pod: Pod,
  podIp: string,
  container: ContainerSpec,
  source: ConfigSource,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const from of container.envFrom ?? []) Object.assign(environment, importedFrom(from, source));
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, environment, { pod, podIp, container, source });
    if (value !== undefined) environment[variable.name] = value;
  }
  return environment;
}

function importedFrom({ prefix = '', secretRef, configMapRef }: EnvFromSource, source: ConfigSource): Entries {
  const entries = {
    ...(secretRef !== undefined && source.secret(secretRef)),
    ...(configMapRef !== undefined && source.configMap(configMapRef)),
  };
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [prefix + key, value]));
}

/** Undefined if an optional reference does not exist. The variable is not set then. */
function valueOf(
  { value = '', valueFrom }: EnvVar,
  earlier: Entries,
  { pod, podIp, container, source }: Setting,
): string | undefined {
  if (valueFrom === undefined) return expandVariables(value, earlier);
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  if (secretKeyRef !== undefined) return source.secretKey(secretKeyRef);
  if (configMapKeyRef !== undefined) return source.configMapKey(configMapKeyRef);
  if (resourceFieldRef !== undefined) return resourceFieldValue(container, resourceFieldRef);
  return fieldRef && fieldValue(pod, podIp, fieldRef.fieldPath);
}
