/** The files of certificates that lie beside `config.yaml`. */
import { compare } from '../keys.ts';
import type { Route } from '../model/route.ts';

/** By the content, so that other certificates are another `config.yaml`, and the connectors roll. */
export function caFileName(fingerprint: string): string {
  return `ca-${fingerprint}.pem`;
}

/** Name to content. */
export type CaFiles = Readonly<Record<string, string>>;

/** The certificates with a fingerprint, in PEM; `undefined` if nobody has them any more. */
export type FindCertificates = (fingerprint: string) => string | undefined;

/** Whether all that a route needs can be had: for want of one file, cloudflared would take none of the rules. */
export function hasCertificates({ caPool }: Route, find: FindCertificates): boolean {
  if (caPool === undefined) return true;
  return caPool.fingerprint !== undefined && find(caPool.fingerprint) !== undefined;
}

/** The files that routes need, in one order. */
export function caFilesFor(routes: readonly Route[], find: FindCertificates): CaFiles {
  const fingerprints = new Set(routes.flatMap(({ caPool }) => caPool?.fingerprint ?? []));
  const files = [...fingerprints].toSorted(compare).map((one) => [caFileName(one), find(one) ?? ''] as const);
  return Object.fromEntries(files);
}
