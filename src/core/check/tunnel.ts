/** Checks what a Tunnel reports, and what its token may do. */
import type { Condition } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { settingsOf } from '../model/tunnel-settings.ts';
import { listed } from '../quote.ts';
import type { Finding } from './finding.ts';

/** The outcome of one read. */
export type Probe = { readonly value: unknown } | { readonly problem: string };

export interface TokenProbes {
  /** Cloudflare Tunnel. `undefined`: the account is not known. */
  readonly tunnels: Probe | undefined;
  /** Zone. */
  readonly zones: Probe;
  /** DNS, by name of the zone; empty for a Tunnel that keeps no records. */
  readonly records: ReadonlyMap<string, Probe>;
  /** Policies and service tokens of Access; empty if nothing in the namespace of the Tunnel needs Access. */
  readonly access?: readonly Probe[];
}

/** Why the token could not be tried. */
export type Tried = TokenProbes | { readonly problem: string };

export function checkTunnel(tunnel: Tunnel, tried: Tried): readonly Finding[] {
  return [checkReady(tunnel), checkConnectors(tunnel), ...checkToken(tunnel, tried)];
}

function checkReady(tunnel: Tunnel): Finding {
  const subject = subjectOf(tunnel);
  if (tunnel.spec.suspend === true)
    return {
      subject,
      status: 'warning',
      message: 'It is suspended, so nothing of it is changed. To resume: cftunnel resume',
    };
  const ready = conditionOf(tunnel, 'Ready');
  if (ready === undefined)
    return {
      subject,
      status: 'failed',
      message: 'The operator has not reported on it yet. Is it running, and does it watch this namespace?',
    };
  if (ready.status === 'True') return { subject, status: 'ok', message: 'It is ready' };
  return {
    subject,
    status: ready.status === 'False' ? 'failed' : 'warning',
    message: `${ready.reason}: ${ready.message}`,
  };
}

/** Connected connectors prove that the cluster reaches Cloudflare's edge. */
function checkConnectors(tunnel: Tunnel): Finding {
  const subject = subjectOf(tunnel);
  const { replicas } = settingsOf(tunnel);
  const connected = tunnel.status?.readyReplicas ?? 0;
  const counted = `${connected} of ${replicas} connectors are connected to Cloudflare's edge`;
  if (connected > 0) return { subject, status: connected < replicas ? 'warning' : 'ok', message: counted };
  if (replicas === 0) return { subject, status: 'warning', message: 'It has no connectors: spec.replicas is 0' };
  const message = `${counted}. The pods need a way out to region1.v2.argotunnel.com and region2.v2.argotunnel.com, port 7844 (TCP, and UDP for QUIC)`;
  return { subject, status: 'failed', message };
}

function checkToken(tunnel: Tunnel, tried: Tried): readonly Finding[] {
  const subject = `${subjectOf(tunnel)}, token`;
  if ('problem' in tried) return [{ subject, status: 'unknown', message: `It was not tried: ${tried.problem}` }];
  const { tunnels, zones, records, access = [] } = tried;
  return [
    tunnels === undefined
      ? { subject, status: 'failed', message: 'The account is not known. Set spec.accountId' }
      : probed(subject, tunnels, 'Cloudflare Tunnel: it reads the tunnels of the account'),
    probed(subject, zones, `Zone: it sees ${zonesSeen(zones)}`),
    ...recordFindings(subject, records),
    ...accessFindings(subject, access),
    { subject, status: 'unknown', message: WRITES },
  ];
}

const WRITES =
  'Only reads were tried. Whether it may write shows in the conditions of the Tunnel: PermissionMissing names what is missing';

function zonesSeen(zones: Probe): string {
  const names = 'value' in zones && Array.isArray(zones.value) ? zones.value.map(String) : [];
  return names.length === 0 ? 'no zone' : listed(names);
}

function recordFindings(subject: string, records: TokenProbes['records']): readonly Finding[] {
  const readable = [...records].filter(([, probe]) => 'value' in probe).map(([zone]) => zone);
  const failed = [...records.values()].filter((probe) => 'problem' in probe);
  return [
    ...(readable.length === 0
      ? []
      : [{ subject, status: 'ok', message: `DNS: it reads the records of ${listed(readable)}` } as const]),
    ...failed.map((probe) => probed(subject, probe, '')),
  ];
}

function accessFindings(subject: string, access: readonly Probe[]): readonly Finding[] {
  const failed = access.filter((probe) => 'problem' in probe);
  if (failed.length > 0) return failed.map((probe) => probed(subject, probe, ''));
  return access.length === 0
    ? []
    : [{ subject, status: 'ok', message: 'Access: it reads the policies and service tokens of the account' }];
}

function probed(subject: string, probe: Probe, message: string): Finding {
  return 'problem' in probe
    ? { subject, status: 'failed', message: probe.problem }
    : { subject, status: 'ok', message };
}

function subjectOf(tunnel: Tunnel): string {
  return `Tunnel ${keyOf(tunnel)}`;
}

function conditionOf({ status }: Tunnel, type: string): Pick<Condition, 'status' | 'reason' | 'message'> | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
