import type { IncomingMessage } from 'node:http';
import { load } from 'js-yaml';
import { decodeProtobuf } from '../protobuf/envelope.ts';
import { ApiError, badRequest, unsupportedMediaType } from '../status-error.ts';

const LIMIT_BYTES = 3 * 1024 * 1024;

/** Reads a request body. Throws 413 above the limit of the real server. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LIMIT_BYTES) chunks.push(chunk);
  }
  if (size > LIMIT_BYTES) {
    throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${LIMIT_BYTES}`);
  }
  return Buffer.concat(chunks);
}

/** The media type without its parameters. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Parses the object of a POST, PUT or DELETE. The default content type is JSON. */
export function parseObject(body: Buffer, contentType: string | undefined): unknown {
  switch (mediaType(contentType)) {
    case '':
    case '*/*':
    case 'application/json':
      return parseJson(body);
    case 'application/yaml':
      return parseYaml(body);
    case 'application/vnd.kubernetes.protobuf':
      return decodeProtobuf(body);
    default:
      throw unsupportedMediaType(
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      );
  }
}

/** Parses JSON. Throws 400 if it is invalid. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}

/** Parses YAML, which includes JSON. Throws 400 if it is invalid. */
export function parseYaml(body: Buffer): unknown {
  try {
    return load(body.toString());
  } catch (error) {
    throw badRequest(`error converting YAML to JSON: ${(error as Error).message}`);
  }
}
