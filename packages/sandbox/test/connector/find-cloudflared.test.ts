import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findCloudflared } from '../../src/connector/find-cloudflared.ts';

let folder: string;
let binary: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-path-'));
  binary = path.join(folder, 'cloudflared');
  writeFileSync(binary, '');
  chmodSync(binary, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the real cloudflared', () => {
  it('is the one in CLOUDFLARED_BIN', () => {
    expect(findCloudflared({ CLOUDFLARED_BIN: '/opt/cloudflared', PATH: folder })).toBe('/opt/cloudflared');
  });

  it('is otherwise the first one on the PATH', () => {
    expect(findCloudflared({ CLOUDFLARED_BIN: '', PATH: `/nowhere:${folder}` })).toBe(binary);
  });

  it('is not found if the file is not executable', () => {
    chmodSync(binary, 0o644);

    expect(findCloudflared({ PATH: folder })).toBeUndefined();
    expect(findCloudflared({})).toBeUndefined();
  });
});
