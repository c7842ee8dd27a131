/** Ways to answer a request, correctly or not. */
import type { Answer } from './loopback-server.ts';

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return content(JSON.stringify(body), 'application/json', status, headers);
}

export function content(
  body: string,
  contentType: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (response) => void response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}

/** A Kubernetes Status, the response to a failed call. */
export function failure(code: number, reason: string, message: string): Answer {
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }, code);
}

/** Never answers. */
export const silence: Answer = () => undefined;

/** Closes the connection without an answer. */
export const hangUp: Answer = (response) => void response.destroy();

/** Sends the headers and half of the body, then nothing more. */
export function stall(body: string): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.write(body.slice(0, body.length / 2));
  };
}

/** Sends half of the body and resets the connection. */
export function breakOff(body: string): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.write(body.slice(0, body.length / 2), () => response.socket?.resetAndDestroy());
  };
}

/** Answers when the promise resolves. */
export function after(until: Promise<unknown>, answer: Answer): Answer {
  return (response) => void until.then(() => answer(response));
}
