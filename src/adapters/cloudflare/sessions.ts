import type { ApiCredentials } from '../../core/tunnel/credentials.ts';
import { digest } from '../digest.ts';
import { createCloudflareClient } from './client.ts';
import { CloudflareSession, type RecordBook } from './session.ts';
import { type CallReport, createTransport } from './transport.ts';

/** Longest time that a call may take, answer included. */
const CALL_TIMEOUT_MS = 30_000;

export interface CloudflareSessions {
  /** The session of these credentials: the same one for everybody who uses the same. */
  open(credentials: ApiCredentials): CloudflareSession;
  close(): void;
}

export function createCloudflareSessions(baseUrl: string, report: (call: CallReport) => void): CloudflareSessions {
  const transport = createTransport(CALL_TIMEOUT_MS, report);
  const book: RecordBook = new Map();
  const sessions = new Map<string, CloudflareSession>();
  return {
    open(credentials) {
      const key = digest(JSON.stringify(credentials));
      const known = sessions.get(key);
      if (known !== undefined) return known;
      const session = new CloudflareSession(createCloudflareClient(credentials, baseUrl, transport), book);
      sessions.set(key, session);
      return session;
    },
    close() {
      transport.close();
    },
  };
}
