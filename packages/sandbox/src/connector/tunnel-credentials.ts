/** What a connector shows to register: the content of `credentials.json`. */
export interface TunnelCredentials {
  readonly accountTag: string;
  readonly tunnelId: string;
  /** Standard base64, at least 32 bytes. */
  readonly tunnelSecret: string;
}

/** Reads a tunnel token: base64 of `{"a": account, "t": tunnel, "s": secret}`. Undefined when it is none. */
export function parseTunnelToken(token: string): TunnelCredentials | undefined {
  const fields = parseFields(Buffer.from(token.trim(), 'base64').toString());
  return fromFields(fields['a'], fields['t'], fields['s']);
}

/** Reads `credentials.json`. Undefined when it is none. */
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
