import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { SUPPORTED_FEATURES } from '../../src/core/gateway/features.ts';
import { SKIPPED } from './skipped.ts';

interface Part {
  readonly result: string;
  readonly failedTests?: readonly string[];
  readonly skippedTests?: readonly string[];
  readonly supportedFeatures?: readonly string[];
  readonly unsupportedFeatures?: readonly string[];
}

interface Report {
  readonly profiles: readonly { readonly name: string; readonly core: Part; readonly extended?: Part }[];
}

const REPORTS = [
  { of: 'the sandbox', file: 'report.yaml' },
  { of: 'a real API server', file: 'report-real-api.yaml' },
];

describe.each(REPORTS)('the report of the conformance suite on $of', ({ file }) => {
  const report = load(readFileSync(join(import.meta.dirname, file), 'utf8')) as Report;
  const parts = report.profiles.flatMap(({ core, extended }) => [core, extended ?? []].flat());

  it('is about both profiles, and has no failure', () => {
    expect(report.profiles.map(({ name }) => name).toSorted()).toEqual(['GATEWAY-GRPC', 'GATEWAY-HTTP']);
    expect(parts.flatMap(({ failedTests = [] }) => failedTests)).toEqual([]);
    expect(parts.map(({ result }) => result)).not.toContain('failure');
  });

  it('is about the features that a GatewayClass claims', () => {
    const claimed = new Set(SUPPORTED_FEATURES);

    for (const { supportedFeatures = [], unsupportedFeatures = [] } of parts) {
      expect(supportedFeatures.filter((feature) => !claimed.has(feature))).toEqual([]);
      expect(unsupportedFeatures.filter((feature) => claimed.has(feature))).toEqual([]);
    }
  });

  it('leaves out what the docs name, with the reason', () => {
    const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'conformance.md'), 'utf8');
    const left = new Set(parts.flatMap(({ skippedTests = [] }) => skippedTests));

    expect([...left].toSorted()).toEqual(SKIPPED.map(({ test }) => test).toSorted());
    const rows = docs.replaceAll(/ +\|/g, ' |');
    for (const { test, reason } of SKIPPED) expect(rows).toContain(`| ${test} | ${reason} |`);
  });
});
