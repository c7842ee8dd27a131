/** The ways of a client to a TCP service behind a tunnel. Each sends an opening and resolves with all that comes back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { WebSocket, createWebSocketStream } from 'ws';

interface FrontDoor {
  readonly url: string;
  readonly secureUrl: string;
}

export interface TcpTalk {
  readonly hostname: string;
  readonly opening: Buffer;
}

/** As `cloudflared access` does it: the bytes travel in binary frames of a WebSocket. */
export async function talkOverWebSocket({ url }: FrontDoor, { hostname, opening }: TcpTalk): Promise<string> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers: { host: hostname } });
  const stream = createWebSocketStream(socket);
  stream.write(opening);
  return (await buffer(stream)).toString('latin1');
}

/** Through a real `cloudflared access`, by its standard input and output, as ssh uses it. */
export async function talkThroughAccess(
  program: string,
  { secureUrl }: FrontDoor,
  { hostname, opening }: TcpTalk,
): Promise<string> {
  const { hostname: address, port } = new URL(secureUrl);
  const place = ['--hostname', hostname, '--connect-to', `${hostname}:${port}:${address}`];
  const child = spawn(program, ['access', 'tcp', ...place], { stdio: ['pipe', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  child.stdin.write(opening);
  const answer = await buffer(child.stdout);
  child.kill();
  await closed;
  return answer.toString('latin1');
}
