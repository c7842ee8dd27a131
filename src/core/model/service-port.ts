/** A port of a Service as people write it: `namespace/service:port`. */
import type { ObjectKey } from '../../api/objects.ts';
import { quoted } from '../quote.ts';
import type { Parsed } from './parsed.ts';

export interface ServicePortName {
  readonly service: ObjectKey;
  /** Name or number. */
  readonly port: string;
}

const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const FORM = new RegExp(`^(${LABEL}/${LABEL}):(${LABEL})$`);

export function parseServicePort(text: string): Parsed<ServicePortName> {
  const [, service, port] = FORM.exec(text.trim()) ?? [];
  if (service === undefined || port === undefined)
    return { problem: `${quoted(text)} must be namespace/service:port, with the name or number of a port` };
  return { value: { service, port } };
}
