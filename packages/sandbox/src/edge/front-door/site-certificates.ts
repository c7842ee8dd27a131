import { createSecureContext, type SecureContext, type TlsOptions } from 'node:tls';
import type { CertificateAuthority } from '../server/certificate-authority.ts';

/**
 * A certificate for every site, created on its first visit. As with the real edge, the handshake fails for a name that
 * does not resolve.
 */
export class SiteCertificates {
  readonly #authority: CertificateAuthority;
  readonly #isSite: (host: string) => boolean;
  readonly #contexts = new Map<string, Promise<SecureContext>>();

  constructor(authority: CertificateAuthority, isSite: (host: string) => boolean) {
    this.#authority = authority;
    this.#isSite = isSite;
  }

  /** The options for a TLS server with these certificates. */
  options(): TlsOptions {
    return {
      SNICallback: (host, done) => {
        if (!this.#isSite(host)) return done(new Error(`no certificate for ${host}`));
        void this.#hand(host, done);
      },
    };
  }

  async #hand(host: string, done: (error: Error | null, context?: SecureContext) => void): Promise<void> {
    try {
      done(null, await this.#contextOf(host));
    } catch (error) {
      done(error as Error);
    }
  }

  #contextOf(host: string): Promise<SecureContext> {
    const context = this.#contexts.get(host) ?? this.#authority.issue(host).then(createSecureContext);
    this.#contexts.set(host, context);
    return context;
  }
}
