/** Finds the port and protocol behind a route, as `<protocol>://<service>.<namespace>.svc:<port>`. */
import { PORT, PROTOCOL } from '../../../api/annotations.ts';
import type { Service, ServicePort } from '../../../api/objects.ts';
import { choosePort } from './port.ts';
import { type Protocol } from '../../model/protocol.ts';
import { USUAL_PORTS, parseProtocol, protocolOf } from './protocol.ts';
import type { Problem, Warning } from '../../model/route.ts';
import type { Parsed } from '../../model/parsed.ts';
import { type Fields, invalid } from './fields.ts';

export interface Backend {
  readonly origin?: string;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

export function parseBackend(service: Service, words: Fields): Backend {
  const spoken = parseProtocol(words);
  const wanted = words.read(PORT);
  const chosen = choosePort(service, wanted, words.nameOf(PORT), usualPort(spoken));
  const problems: Problem[] = [];
  if ('problem' in chosen) problems.push({ reason: 'PortNotFound', message: chosen.problem });
  if ('problem' in spoken) problems.push(invalid(words.nameOf(PROTOCOL), spoken.problem));
  if ('problem' in chosen || 'problem' in spoken) return { problems, warnings: [] };

  const protocol: Parsed<Protocol> = spoken.value === undefined ? protocolOf(chosen.value) : { value: spoken.value };
  if ('problem' in protocol) return { problems: [invalid(words.nameOf(PROTOCOL), protocol.problem)], warnings: [] };
  return { origin: originOf(service, protocol.value, chosen.value), problems: [], warnings: warningsOn(service) };
}

/**
 * The name ends in `svc`: a pod completes it with the cluster domain of its own `resolv.conf`, whichever that is.
 */
function originOf({ metadata }: Service, protocol: Protocol, { port }: ServicePort): string {
  return `${protocol}://${metadata.name}.${metadata.namespace}.svc:${port}`;
}

function usualPort(spoken: Parsed<Protocol | undefined>): number | undefined {
  const protocol = 'problem' in spoken ? undefined : spoken.value;
  return protocol && USUAL_PORTS[protocol];
}

function warningsOn({ spec, metadata }: Service): readonly Warning[] {
  if (spec.type !== 'ExternalName') return [];
  const message = `Service ${metadata.name} is an ExternalName: cloudflared reaches ${spec.externalName ?? 'it'} under the name of the Service. If it answers only to its own name, set cftunnel.io/origin-http-host-header, and cftunnel.io/origin-server-name for https`;
  return [{ reason: 'ExternalTarget', message }];
}
