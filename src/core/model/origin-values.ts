/**
 * Parses single values as strictly as cloudflared, and more strictly where cloudflared would ignore an error. An empty
 * value is valid: it overrides a default of the Tunnel.
 */
import type { SettingKind } from '../../api/origin-annotations.ts';
import { isDuration } from '../duration.ts';
import { quoted } from '../quote.ts';
import type { CaPoolReference } from './ca-pool-reference.ts';
import type { Parsed } from './parsed.ts';

type Setting = string | number | boolean;

export const READERS: Readonly<Record<SettingKind, (text: string) => Parsed<Setting>>> = {
  boolean: (text) => {
    if (text === 'true' || text === 'false') return { value: text === 'true' };
    return { problem: `${quoted(text)} must be exactly "true" or "false"` };
  },
  duration: (text) =>
    isDuration(text)
      ? { value: text }
      : { problem: `${quoted(text)} must be a duration with a unit, such as 30s or 1m30s` },
  integer: (text) => {
    const isInRange = /^(-1|[0-9]{1,6})$/.test(text) && Number(text) <= MAX_INTEGER;
    return isInRange
      ? { value: Number(text) }
      : { problem: `${quoted(text)} must be a whole number from -1 to ${MAX_INTEGER}` };
  },
  serverName: (text) =>
    text === '' || isServerName(text)
      ? { value: text }
      : { problem: `${quoted(text)} must be a hostname or an IP address, without a port` },
  host: (text) =>
    text === '' || isHost(text)
      ? { value: text }
      : { problem: `${quoted(text)} must be a hostname, optionally with a port` },
  proxyType: (text) =>
    text === '' || text === 'socks' ? { value: text } : { problem: `${quoted(text)} must be empty or socks` },
};

/** The same limit as in the schema of a Tunnel's `originRequest`. */
const MAX_INTEGER = 100_000;
const MAX_NAME = 253;

export function isServerName(text: string): boolean {
  return text.length <= MAX_NAME && (NAME.test(text) || isAddress(text));
}

export function isHost(text: string): boolean {
  const [, name = '', port = '1'] = /^(.+?)(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  return text.length <= MAX_NAME && (NAME.test(name) || isAddress(name.replace(/^\[(.*)\]$/, '$1'))) && isPort(port);
}

const NAME = /^[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?)*$/;

function isAddress(text: string): boolean {
  return /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(text) && URL.canParse(`http://[${text}]`);
}

export function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** Parses `name` or `name/key`, with the characters that Kubernetes allows in each. */
export function readCaPool(text: string): Parsed<CaPoolReference> {
  const [, name, key] = /^([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)(?:\/([-._A-Za-z0-9]+))?$/.exec(text) ?? [];
  if (name === undefined || text.length > 2 * MAX_NAME || key === '.' || key === '..')
    return {
      problem: `${quoted(text)} must be the name, or name/key, of a ConfigMap or Secret in the namespace of the Service`,
    };
  return { value: key === undefined ? { name } : { name, key } };
}
