/** What is read of a Deployment of another tool, beside how it runs cloudflared. */
import { MIGRATED_REPLICAS_ANNOTATION } from '../../api/names.ts';
import type { EnvironmentVariable, Workload } from './facts.ts';
import type { Takeover } from './takeover.ts';

/** How many pods it has, or had before it was stopped by a migration. */
export function replicasOf({ metadata, spec }: Workload): number {
  const before = Number(metadata.annotations?.[MIGRATED_REPLICAS_ANNOTATION] ?? Number.NaN);
  const { replicas = 1 } = spec;
  return replicas === 0 && Number.isInteger(before) ? before : replicas;
}

export function schedulingOf({ spec }: Workload): Takeover['scheduling'] {
  const { nodeSelector, tolerations, priorityClassName } = spec.template.spec ?? {};
  return {
    ...(nodeSelector === undefined ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations === undefined ? {} : { tolerations: tolerations.map((one) => ({ ...one })) }),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
  };
}

/** Deployments with a container of an image. */
export function runningImage(deployments: readonly Workload[], image: RegExp): readonly Workload[] {
  return deployments.filter(({ spec }) => spec.template.spec?.containers?.some((one) => image.test(one.image ?? '')));
}

/** The value of a flag in the first container: `--flag=value` or `--flag value`. */
export function flagOf({ spec }: Workload, name: string): string | undefined {
  const { command = [], args = [] } = spec.template.spec?.containers?.[0] ?? {};
  const words = [...command, ...args];
  const joined = words.find((word) => word.startsWith(`--${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 3);
  const at = words.indexOf(`--${name}`);
  return at === -1 ? undefined : (words[at + 1] ?? '');
}

export function variableOf({ spec }: Workload, name: string): EnvironmentVariable | undefined {
  return spec.template.spec?.containers?.[0]?.env?.find((one) => one.name === name);
}
