/** Describes a Gateway of ours. */
import type { Condition } from '../../api/conditions.ts';
import type { Gateway, GatewayAddress } from '../../api/gateway-objects.ts';
import type { Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import { type Report, conditionFrom } from '../status/conditions.ts';
import type { CertificateProblem } from './certificates.ts';
import { listenerStatus } from './listener-status.ts';
import { listenerProblem } from './listeners.ts';

export interface GatewayFacts {
  readonly gateway: Gateway;
  /** Its Tunnel, as far as it exists. */
  readonly tunnel: Tunnel | undefined;
  /** Why the Gateway can have no Tunnel. */
  readonly problem: string | undefined;
  /** By the name of a listener. */
  readonly certificates: ReadonlyMap<string, CertificateProblem>;
  readonly attachedRoutes: ReadonlyMap<string, number>;
  readonly now: string;
}

export type GatewayStatus = Required<NonNullable<Gateway['status']>>;

export function gatewayStatus(facts: GatewayFacts): GatewayStatus {
  const { gateway, tunnel, certificates, attachedRoutes, now } = facts;
  const { metadata, spec, status } = gateway;
  const isAccepted = accepted(facts);
  const isProgrammed = programmed(facts, isAccepted);
  const pending = isProgrammed.status === 'True' ? undefined : isProgrammed.message;
  const condition = (type: string, report: Report): Condition =>
    conditionFrom(type, report, status?.conditions ?? [], now, metadata.generation ?? 0);
  const target = tunnel?.status?.target;
  return {
    addresses: target === undefined ? [] : [{ type: HOSTNAME, value: target }],
    conditions: [condition('Accepted', isAccepted), condition('Programmed', isProgrammed)],
    listeners: spec.listeners.map((listener) =>
      listenerStatus(listener, {
        gateway,
        certificate: certificates.get(listener.name),
        attachedRoutes: attachedRoutes.get(listener.name) ?? 0,
        pending,
        now,
      }),
    ),
  };
}

const HOSTNAME = 'Hostname';

function accepted({ gateway, problem }: GatewayFacts): Report {
  const { listeners, addresses = [] } = gateway.spec;
  if (problem !== undefined) return { status: 'False', reason: 'InvalidParameters', message: problem };
  const address = addresses.find((one) => isUnsupported(one));
  if (address !== undefined)
    return {
      status: 'False',
      reason: 'UnsupportedAddress',
      message: `A tunnel has no address of type ${address.type}; leave out spec.addresses`,
    };
  const invalid = listeners.filter((listener) => listenerProblem(listener, gateway) !== undefined);
  if (invalid.length === 0) return { status: 'True', reason: 'Accepted', message: 'Every listener is accepted' };
  const message = `Not accepted: ${listed(invalid.map(({ name }) => name))}. The conditions of each say why`;
  const status = invalid.length === listeners.length ? 'False' : 'True';
  return { status, reason: 'ListenersNotValid', message };
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
