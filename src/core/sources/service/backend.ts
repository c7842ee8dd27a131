/** Finds the port and protocol behind a route, as `<protocol>://<service>.<namespace>.svc:<port>`. */
import { PORT, PROTOCOL } from '../../../api/annotations.ts';
import type { Service } from '../../../api/objects.ts';
import { keyOf } from '../../keys.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Protocol } from '../../model/protocol.ts';
import type { Problem, Warning } from '../../model/route.ts';
import { originOf } from '../../model/service-origin.ts';
import { type Fields, invalid } from '../annotations/fields.ts';
import { choosePort } from '../backend/port.ts';
import { USUAL_PORTS, parseProtocol, protocolOf } from '../backend/protocol.ts';

export interface Backend {
  readonly origin?: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

export function parseBackend(service: Service, fields: Fields): Backend {
  const requested = parseProtocol(fields);
  const wanted = { port: fields.read(PORT), name: fields.nameOf(PORT), usual: usualPort(requested) };
  const chosen = choosePort(service, wanted);
  const problems: Problem[] = [];
  if ('problem' in chosen) problems.push({ reason: 'PortNotFound', message: chosen.problem });
  if ('problem' in requested) problems.push(invalid(fields.nameOf(PROTOCOL), requested.problem));
  if ('problem' in chosen || 'problem' in requested) return { problems, warnings: [] };

  const protocol = requested.value === undefined ? protocolOf(chosen.value) : { value: requested.value };
  if ('problem' in protocol) return { problems: [invalid(fields.nameOf(PROTOCOL), protocol.problem)], warnings: [] };
  return {
    origin: originOf(protocol.value, keyOf(service), chosen.value.port),
    problems: [],
    warnings: warningsOn(service),
  };
}

function usualPort(requested: Parsed<Protocol | undefined>): number | undefined {
  const protocol = 'problem' in requested ? undefined : requested.value;
  return protocol && USUAL_PORTS[protocol];
}

function warningsOn({ spec, metadata }: Service): readonly Warning[] {
  if (spec.type !== 'ExternalName') return [];
  const message = `Service ${metadata.name} is an ExternalName: cloudflared reaches ${spec.externalName ?? 'it'} under the name of the Service. If it answers only to its own name, set cftunnel.io/origin-http-host-header, and cftunnel.io/origin-server-name for https`;
  return [{ reason: 'ExternalTarget', message }];
}
