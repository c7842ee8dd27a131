/** Describes a Gateway of ours. */
import type { Condition } from '../../api/conditions.ts';
import type { Gateway, GatewayAddress } from '../../api/gateway-objects.ts';
import type { Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import { type Report, conditionFrom } from '../status/conditions.ts';
import type { CertificateProblem } from './certificates.ts';
import { isUsable, listenerStatus } from './listener-status.ts';
import type { StatedListener } from './stated-listeners.ts';

export interface GatewayFacts {
  readonly gateway: Gateway;
  /** Its Tunnel, as far as it exists. */
  readonly tunnel: Tunnel | undefined;
  /** Why the Gateway can have no Tunnel. */
  readonly problem: string | undefined;
  /** With those of its ListenerSets. */
  readonly listeners: readonly StatedListener[];
  /** By listener. */
  readonly certificates: ReadonlyMap<string, CertificateProblem>;
  readonly attachedRoutes: ReadonlyMap<string, number>;
  readonly now: string;
}

type Status = NonNullable<Gateway['status']>;

/** The number of ListenerSets is told only where there may be any: a release that knows none refuses the field. */
export type GatewayStatus = Required<Omit<Status, 'attachedListenerSets'>> & Pick<Status, 'attachedListenerSets'>;

export function gatewayStatus(facts: GatewayFacts): GatewayStatus {
  const { gateway, tunnel, listeners, certificates, attachedRoutes, now } = facts;
  const { metadata, status } = gateway;
  const isAccepted = accepted(facts);
  const isProgrammed = programmed(facts, isAccepted);
  const pending = isProgrammed.status === 'True' ? undefined : isProgrammed.message;
  const condition = (type: string, report: Report): Condition =>
    conditionFrom(type, report, status?.conditions ?? [], now, metadata.generation ?? 0);
  const target = tunnel?.status?.target;
  return {
    addresses: target === undefined ? [] : [{ type: HOSTNAME, value: target }],
    conditions: [
      condition('Accepted', isAccepted),
      condition('Programmed', isProgrammed),
      ...unresolved(gateway).map((report) => condition('ResolvedRefs', report)),
    ],
    listeners: listeners.filter(isOwn(gateway)).map((stated) =>
      listenerStatus(stated, {
        certificate: certificates.get(stated.id),
        attachedRoutes: attachedRoutes.get(stated.id) ?? 0,
        pending,
        now,
      }),
    ),
    ...(gateway.spec.allowedListeners === undefined ? {} : { attachedListenerSets: attachedSets(facts) }),
  };
}

function isOwn(gateway: Gateway): (stated: StatedListener) => boolean {
  return ({ by }) => by === gateway;
}

/** Of those that the Gateway admits, those with a listener that can be used. */
function attachedSets({ gateway, listeners, certificates }: GatewayFacts): number {
  const usable = listeners.filter((stated) => isUsable(stated, certificates.get(stated.id)));
  return new Set(usable.map(({ by }) => by).filter((by) => by !== gateway)).size;
}

const HOSTNAME = 'Hostname';

function accepted({ gateway, problem, listeners: all }: GatewayFacts): Report {
  const { addresses = [] } = gateway.spec;
  const listeners = all.filter(isOwn(gateway));
  if (problem !== undefined) return { status: 'False', reason: 'InvalidParameters', message: problem };
  const address = addresses.find((one) => isUnsupported(one));
  if (address !== undefined)
    return {
      status: 'False',
      reason: 'UnsupportedAddress',
      message: `A tunnel has no address of type ${address.type}; leave out spec.addresses`,
    };
  const invalid = listeners.filter((stated) => stated.problem !== undefined);
  if (invalid.length === 0) return { status: 'True', reason: 'Accepted', message: 'Every listener is accepted' };
  const message = `Not accepted: ${listed(invalid.map(({ id }) => id))}. The conditions of each say why`;
  const status = invalid.length === listeners.length ? 'False' : 'True';
  return { status, reason: 'ListenersNotValid', message };
}

/** Services that ask for the certificate refuse the connection, so this hinders nothing else. */
function unresolved({ spec }: Gateway): readonly Report[] {
  if (spec.tls?.backend?.clientCertificateRef === undefined) return [];
  const message =
    'spec.tls.backend.clientCertificateRef is not supported: Services are reached without a certificate of the Gateway. Remove it';
  return [{ status: 'False', reason: 'InvalidClientCertificateRef', message }];
}

/** An address without a value asks for any. */
function isUnsupported({ type = 'IPAddress', value = '' }: GatewayAddress): boolean {
  return value !== '' && type !== HOSTNAME;
}

function programmed({ gateway, tunnel }: GatewayFacts, isAccepted: Report): Report {
  if (isAccepted.status !== 'True') return { status: 'False', reason: 'Invalid', message: isAccepted.message };
  if (tunnel === undefined) return { status: 'False', reason: 'Pending', message: 'Its Tunnel is being created' };
  const { target, conditions = [] } = tunnel.status ?? {};
  const ready = conditions.find(({ type }) => type === 'Ready');
  const what = `Tunnel ${keyOf(tunnel)}`;
  if (target === undefined)
    return {
      status: 'False',
      reason: 'AddressNotAssigned',
      message: `${what} has no name at Cloudflare yet${why(ready)}`,
    };
  const other = gateway.spec.addresses?.find(({ value = '' }) => value !== '' && value !== target);
  if (other !== undefined)
    return {
      status: 'False',
      reason: 'AddressNotUsable',
      message: `${what} is reached as ${target}, not as ${other.value}`,
    };
  if (ready?.status === 'True') return { status: 'True', reason: 'Programmed', message: `${what} is ready` };
  return { status: 'False', reason: 'Pending', message: `${what} is not ready${why(ready)}` };
}

function why(ready: Pick<Condition, 'message'> | undefined): string {
  return ready === undefined ? '' : `: ${ready.message}`;
}
