/** The credentials with which a connector registers: the content of `credentials.json`. */
export interface TunnelCredentials {
  readonly accountTag: string;
  readonly tunnelId: string;
  /** Standard base64, at least 32 bytes. */
  readonly tunnelSecret: string;
}

/** Parses a tunnel token: base64 of `{"a": account, "t": tunnel, "s": secret}`. Undefined if it is invalid. */
export function parseTunnelToken(token: string): TunnelCredentials | undefined {
  const fields = parseFields(Buffer.from(token.trim(), 'base64').toString());
  return fromFields(fields['a'], fields['t'], fields['s']);
}

/** Parses `credentials.json`. Undefined if it is invalid. */
export function parseCredentialsFile(content: string): TunnelCredentials | undefined {
  const fields = parseFields(content);
  return fromFields(fields['AccountTag'], fields['TunnelID'], fields['TunnelSecret']);
}

function fromFields(accountTag: unknown, tunnelId: unknown, tunnelSecret: unknown): TunnelCredentials | undefined {
  if (typeof accountTag !== 'string' || typeof tunnelId !== 'string' || typeof tunnelSecret !== 'string')
    return undefined;
  return { accountTag, tunnelId, tunnelSecret };
}

function parseFields(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
