import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { writeVolume } from '../../../src/kubelet/processes/atomic-volume.ts';
import { eventually } from '../../edge/eventually.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cftunnel-volume-'));
  stopAfterTest(() => rmSync(folder, { recursive: true }));
});

function write(files: Record<string, string>): void {
  writeVolume(folder, new Map(Object.entries(files)));
}

function read(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8');
}

describe('a volume', () => {
  it('has links to files that are replaced together', () => {
    write({ 'a.json': 'one', 'sub/b.json': 'two' });

    expect(readlinkSync(path.join(folder, 'a.json'))).toBe('..data/a.json');
    expect(readlinkSync(path.join(folder, 'sub'))).toBe('..data/sub');
    expect(readlinkSync(path.join(folder, '..data'))).toMatch(/^\.\.\d{4}_\d\d_\d\d_\d\d_\d\d_\d\d\./);
    expect([read('a.json'), read('sub/b.json')]).toEqual(['one', 'two']);
  });

  it('is changed by a rename of its data, which a watch of the folder reports', async () => {
    const renamed: string[] = [];
    write({ 'a.json': 'one' });
    const before = readlinkSync(path.join(folder, '..data'));
    const watcher = watch(folder, (event, name) => renamed.push(`${event} ${name}`));
    stopAfterTest(() => watcher.close());

    write({ 'a.json': 'two' });

    expect(read('a.json')).toBe('two');
    expect(existsSync(path.join(folder, before))).toBe(false);
    await eventually(() => renamed.includes('rename ..data'));
  });

  it('loses the files that are gone and gets new ones', () => {
    write({ 'a.json': 'one', 'b.json': 'two' });
    write({ 'b.json': 'two', 'c.json': 'three' });

    expect(readdirSync(folder).filter((name) => !name.startsWith('..'))).toEqual(['b.json', 'c.json']);
    expect(read('c.json')).toBe('three');
  });

  it('is not written if nothing has changed', () => {
    write({ 'a.json': 'one' });
    const before = readlinkSync(path.join(folder, '..data'));

    write({ 'a.json': 'one' });

    expect(readlinkSync(path.join(folder, '..data'))).toBe(before);
  });
});
