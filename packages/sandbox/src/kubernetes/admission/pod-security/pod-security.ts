import { fieldAt, isObject, type JsonObject } from '../../json.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../../registry/cluster.ts';
import { NAMESPACES } from '../../registry/namespace-lifecycle.ts';
import { forbidden } from '../../status-error.ts';
import { BASELINE } from './baseline.ts';
import type { Check } from './check.ts';
import { RESTRICTED } from './restricted.ts';

type Mode = 'enforce' | 'warn';

interface Policy {
  /** For example `restricted:latest`. */
  readonly name: string;
  readonly checks: readonly Check[];
}

const LABEL = 'pod-security.kubernetes.io/';
const LEVELS: Readonly<Record<string, readonly Check[]>> = { baseline: BASELINE, restricted: RESTRICTED };

/**
 * The plugin PodSecurity: rejects Pods that the labels of their namespace do not allow, and warns about workloads whose
 * Pods would be rejected. Every version of a level is treated as its latest.
 */
export const podSecurity: AdmissionPlugin = ({ store }, request) => {
  const { resource, object, subresource, options } = request;
  const spec = subresource === '' ? podSpecIn(request) : undefined;
  if (spec === undefined) return;
  const labels = store.get(NAMESPACES, object.metadata.namespace ?? '')?.metadata.labels ?? {};
  const enforced = policyOf(labels, 'enforce');
  const violated = resource.bucket === 'pods' ? violations(enforced, spec) : '';
  if (violated !== '') throw forbidden(resource, object.metadata.name, `violates ${violated}`);
  // Without its own label, `warn` follows `enforce`, as it does since 1.26 (from memory).
  const warning = violations(policyOf(labels, 'warn') ?? enforced, spec);
  if (warning !== '') options.warn?.(`would violate ${warning}`);
};

/** Updates of a running Pod are not checked, because hardly any field can change. */
function podSpecIn({ resource, object, old }: AdmissionRequest): JsonObject | undefined {
  if (resource.bucket === 'pods') return old === undefined ? specOf(object['spec']) : undefined;
  return resource.group === 'apps' ? specOf(fieldAt(object, 'spec', 'template', 'spec')) : undefined;
}

function specOf(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function policyOf(labels: Readonly<Record<string, string>>, mode: Mode): Policy | undefined {
  const level = labels[LABEL + mode];
  if (level === undefined) return undefined;
  return { name: `${level}:${labels[`${LABEL}${mode}-version`] ?? 'latest'}`, checks: LEVELS[level] ?? [] };
}

/** `PodSecurity "restricted:latest": privileged (...), ...`, or an empty string. */
function violations(policy: Policy | undefined, spec: JsonObject): string {
  const found = (policy?.checks ?? []).map((check) => check(spec)).filter((violation) => violation !== undefined);
  if (policy === undefined || found.length === 0) return '';
  const list = found.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');
  return `PodSecurity ${JSON.stringify(policy.name)}: ${list}`;
}
