#!/usr/bin/env node
/** The process of the command line: `cftunnel`, or `kubectl cftunnel`. */
import '../require-node.mjs';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { WriteStream } from 'node:tty';
import { runCli } from './program.ts';
import type { Io, Output } from './frame/io.ts';

const { env, stdout, stderr, stdin } = process;

/** https://no-color.org: any value that is not empty turns colours off. */
function outputTo(stream: WriteStream): Output {
  const isColoured = stream.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return { write: (chunk) => void stream.write(chunk), isColoured };
}

const io: Io = {
  out: outputTo(stdout),
  err: outputTo(stderr),
  env,
  readStdin: () => text(stdin),
  nowMs: () => Date.now(),
  pause: (ms) => delay(ms),
};

// A reader that has seen enough, such as `head`, closes the pipe.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2), io);
