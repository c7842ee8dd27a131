import type { HostnameEntry } from '../../../core/overview/hostnames.ts';
import { kindOf, namespaceOf, objectKeyOf } from '../../../core/model/source.ts';
import { splitKey } from '../../../core/keys.ts';
import type { OutputFormat } from '../../frame/flags.ts';
import { renderDocument } from '../../output/document.ts';
import type { Colour, Paint } from '../../output/paint.ts';
import { type Cell, renderTable } from '../../output/table.ts';

interface Style {
  readonly format: OutputFormat;
  readonly hasNamespaces: boolean;
  readonly paint: Paint;
}

export function renderHostnames(entries: readonly HostnameEntry[], style: Style): string {
  const { format } = style;
  if (format === 'json' || format === 'yaml')
    return renderDocument(format, 'HostnameList', { items: entries.map(documentOf) });
  if (format === 'name') return namesOf(entries);
  return renderAsTable(entries, style);
}

/** Each hostname once, although several paths of it may lead elsewhere. */
function namesOf(entries: readonly HostnameEntry[]): string {
  const names = new Set(entries.map(({ hostname }) => hostname).filter((name) => name !== ''));
  return [...names].map((name) => `${name}\n`).join('');
}

function renderAsTable(entries: readonly HostnameEntry[], { format, hasNamespaces, paint }: Style): string {
  const isWide = format === 'wide';
  const header = [
    ...(hasNamespaces ? ['NAMESPACE'] : []),
    'HOSTNAME',
    'LEADS TO',
    'TUNNEL',
    'STATUS',
    ...(isWide ? ['ACCESS', 'SOURCE', 'MESSAGE'] : []),
  ];
  return renderTable(
    header,
    entries.map((entry) => [
      ...(hasNamespaces ? [namespaceOf(entry.source)] : []),
      entry.claim,
      entry.origin ?? '',
      entry.tunnel ?? '',
      statusOf(entry),
      ...(isWide ? [accessText(entry), titleOf(entry), entry.standing.message] : []),
    ]),
    paint,
  );
}

const COLOURS: Readonly<Record<string, Colour>> = { True: 'green', False: 'red', Unknown: 'yellow' };

function statusOf({ standing: { status, reason } }: HostnameEntry): Cell {
  return { text: reason, colour: COLOURS[status] ?? 'yellow' };
}

/** Empty: nothing is said about it. */
function accessText({ access = [], isLocal }: HostnameEntry): string {
  if (isLocal === true) return 'local network';
  return access === 'none' ? 'everybody' : access.join(',');
}

function titleOf({ source }: HostnameEntry): string {
  return `${kindOf(source)} ${splitKey(objectKeyOf(source)).name}`;
}

/** The documented shape of an item. */
function documentOf(entry: HostnameEntry): object {
  const { hostname, path, url, source, tunnel, origin, isLocal, access, standing } = entry;
  return {
    hostname,
    path,
    url,
    source: { kind: kindOf(source), ...splitKey(objectKeyOf(source)) },
    tunnel: tunnel === undefined ? undefined : splitKey(tunnel),
    origin,
    isLocal,
    access,
    ...standing,
  };
}
