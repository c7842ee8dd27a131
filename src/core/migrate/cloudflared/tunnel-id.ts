/** Which tunnel a connector runs, as far as its token, its configuration or its credentials tell. */
import { decodeBase64 } from '../../base64.ts';
import { parseObject } from '../../json.ts';
import type { Connector } from '../connector.ts';
import { type MigrationInput, byKey } from '../facts.ts';
import type { ConnectorConfig } from '../served-rules.ts';
import type { FileSource, Takeover } from '../takeover.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id if anything tells it: a token, the configuration, or the credentials file. Else the name. */
export function tunnelOf(
  connector: Connector,
  config: ConnectorConfig | undefined,
  input: MigrationInput,
): Takeover['spec']['existingTunnel'] {
  const named = connector.tunnel ?? config?.tunnel;
  const byToken = idInToken(connector, input);
  if (byToken !== undefined) return { id: byToken };
  if (named !== undefined && UUID.test(named)) return { id: named.toLowerCase() };
  const byCredentials = idInCredentials(connector, config, input);
  if (byCredentials !== undefined) return { id: byCredentials };
  return named === undefined ? undefined : { name: named };
}

function idInCredentials(
  { credentialsFile, findFile }: Connector,
  config: ConnectorConfig | undefined,
  input: MigrationInput,
): string | undefined {
  const path = credentialsFile ?? config?.credentialsFile;
  const file = path === undefined ? undefined : findFile(path);
  const { TunnelID: id } = parseObject((file && textOf(file, input)) ?? '');
  return typeof id === 'string' ? id : undefined;
}

function idInToken({ token }: Connector, { secrets }: MigrationInput): string | undefined {
  if (token === undefined || 'unknown' in token) return undefined;
  const text = 'value' in token ? token.value : decodeBase64(byKey(secrets, token.secret)?.data?.[token.key] ?? '');
  const { t } = parseObject(decodeBase64(text.trim()));
  return typeof t === 'string' ? t : undefined;
}

/** The content of a file in a pod. */
export function textOf({ kind, object, key }: FileSource, { configMaps, secrets }: MigrationInput): string | undefined {
  if (kind === 'ConfigMap') return byKey(configMaps, object)?.data?.[key];
  const value = byKey(secrets, object)?.data?.[key];
  return value === undefined ? undefined : decodeBase64(value);
}
