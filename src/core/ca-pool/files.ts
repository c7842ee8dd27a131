/** The certificate files next to `config.yaml`. */
import { compare } from '../keys.ts';
import { backendsOf } from '../model/proxy-backends.ts';
import type { Route } from '../model/route.ts';

/** The name depends on the content, so that new certificates change `config.yaml` and roll the connectors. */
export function caFileName(fingerprint: string): string {
  return `ca-${fingerprint}.pem`;
}

/** Whether a key of the ConfigMap is a file of certificates. */
export function isCaFile(name: string): boolean {
  return /^ca-.*\.pem$/.test(name);
}

/** File content by name. */
export type CaFiles = Readonly<Record<string, string>>;

/** Finds certificates (PEM) by fingerprint; `undefined` if they are no longer known. */
export type FindCertificates = (fingerprint: string) => string | undefined;

/** Whether the certificates of a route are known. If a file is missing, cloudflared or the proxy rejects all rules. */
export function hasCertificates({ caPool, proxy }: Route, find: FindCertificates): boolean {
  const ofBackends = proxy === undefined ? [] : backendsOf(proxy).flatMap(({ tls }) => tls?.caPool?.fingerprint ?? []);
  if (!ofBackends.every((fingerprint) => find(fingerprint) !== undefined)) return false;
  if (caPool === undefined) return true;
  return caPool.fingerprint !== undefined && find(caPool.fingerprint) !== undefined;
}

/** The files that routes need, in a stable order. */
export function caFilesFor(routes: readonly Route[], find: FindCertificates): CaFiles {
  const fingerprints = new Set(routes.flatMap(({ caPool }) => caPool?.fingerprint ?? []));
  const files = [...fingerprints].toSorted(compare).map((print) => [caFileName(print), find(print) ?? ''] as const);
  return Object.fromEntries(files);
}
