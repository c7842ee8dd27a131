import { arrayOrEmpty, isObject, type JsonObject, textOf } from '../../json.ts';
import {
  capabilitiesDetail,
  type Check,
  containers,
  containersIn,
  badContainers,
  plural,
  quoted,
  seccompType,
  setters,
  violation,
} from './check.ts';

const DEFAULT_CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);

const capabilities: Check = (spec) => {
  const detail = capabilitiesDetail(spec, DEFAULT_CAPABILITIES);
  return detail === undefined ? undefined : { reason: 'non-default capabilities', detail };
};

const hostNamespaces: Check = (spec) => {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') };
};

const hostPathVolumes: Check = (spec) => {
  const volumes = arrayOrEmpty(spec['volumes']).filter(isObject);
  const names = volumes.filter((volume) => volume['hostPath'] !== undefined).map(({ name }) => textOf(name));
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural(names, 'volume')} ${quoted(names)}` };
};

const hostPorts: Check = (spec) => {
  const users = containersIn(spec).filter((container) => hostPortsOf(container).length > 0);
  if (users.length === 0) return undefined;
  const ports = [...new Set(users.flatMap(hostPortsOf))].toSorted((a, b) => a - b);
  const verb = users.length === 1 ? 'uses' : 'use';
  const names = users.map(({ name }) => textOf(name));
  return {
    reason: 'hostPort',
    detail: `${containers(names)} ${verb} ${plural(ports, 'hostPort')} ${ports.join(', ')}`,
  };
};

function hostPortsOf({ ports }: JsonObject): readonly number[] {
  return arrayOrEmpty(ports)
    .filter(isObject)
    .map(({ hostPort }) => Number(hostPort ?? 0))
    .filter((port) => port !== 0);
}

const privileged: Check = (spec) => {
  const names = badContainers(spec, (context) => context['privileged'] === true);
  return violation(names, 'privileged', 'must not set securityContext.privileged=true');
};

const procMount: Check = (spec) => {
  const names = badContainers(spec, ({ procMount: mount }) => mount !== undefined && mount !== 'Default');
  return violation(names, 'procMount', 'must not set securityContext.procMount to "Unmasked"');
};

const seccompProfile: Check = (spec) => {
  const who = setters(spec, (context) => seccompType(context) === 'Unconfined');
  if (who === undefined) return undefined;
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to "Unconfined"`,
  };
};

const sysctls: Check = ({ securityContext }) => {
  const set = isObject(securityContext) ? arrayOrEmpty(securityContext['sysctls']).filter(isObject) : [];
  const names = set.map(({ name }) => textOf(name)).filter((name) => !SAFE_SYSCTLS.has(name));
  return names.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: names.join(', ') };
};

/** The checks that `baseline` and `restricted` share. AppArmor, SELinux and Windows options are not checked. */
export const COMMON_CHECKS: readonly Check[] = [hostNamespaces, hostPorts, privileged, procMount, sysctls];

/** The checks of level `baseline`, in the order in which the real server reports them. */
export const BASELINE: readonly Check[] = [
  capabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  privileged,
  procMount,
  seccompProfile,
  sysctls,
];
