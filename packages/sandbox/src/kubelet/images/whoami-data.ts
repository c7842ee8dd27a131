import { pipeline, Readable, type Writable } from 'node:stream';

const UNITS: Readonly<Record<string, number>> = { kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40 };
const CHUNK = Buffer.from('-ABCDEFGHIJKLMNOPQRSTUVWXYZ'.repeat(2_400));
const END = Buffer.from('|');

/** Answers `/data?size=4&unit=MB` with that many bytes between two bars, of unknown length to the client. */
export function sendData(response: Writable, query: URLSearchParams): void {
  const size = Number(query.get('size') ?? 1) * (UNITS[(query.get('unit') ?? '').toLowerCase()] ?? 1);
  pipeline(Readable.from(dataOf(Math.max(2, size))), response, () => undefined);
}

function* dataOf(size: number): Generator<Buffer> {
  yield END;
  for (let left = size - 2; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left);
  yield END;
}
