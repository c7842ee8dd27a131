import { generate } from 'selfsigned';

/** A certificate and its key in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A CA that is created at every start, and that nothing outside the sandbox trusts. */
export interface CertificateAuthority {
  /** PEM for clients to trust. */
  readonly caPem: string;
  /** Issues a certificate for a name. */
  issue(name: string): Promise<Certificate>;
}

const ELLIPTIC = { keyType: 'ec', algorithm: 'sha256' } as const;

/** Creates a CA with an elliptic-curve key, which takes milliseconds. An RSA key takes a second. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'cftunnel sandbox CA' }], {
    ...ELLIPTIC,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { caPem: cert, issue: (name) => issue(name, { cert, key }) };
}

async function issue(name: string, ca: Certificate): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    ...ELLIPTIC,
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { cert, key };
}
