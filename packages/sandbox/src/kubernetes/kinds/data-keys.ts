import { type FieldError, invalidField, tooLong } from '../field-error.ts';
import { objectOrEmpty } from '../json.ts';
import { badRequest } from '../status-error.ts';

const MAX_BYTES = 1024 * 1024;
const KEY = /^[-._a-zA-Z0-9]+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Validates the keys of a ConfigMap or Secret, which become file names. */
export function validateKeys(data: unknown, field: string): FieldError[] {
  return Object.keys(objectOrEmpty(data)).flatMap((key) => {
    const texts = key.length > 253 ? ['must be no more than 253 bytes'] : [];
    if (!KEY.test(key)) {
      texts.push(
        `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
      );
    }
    if (key === '.' || key.startsWith('..')) texts.push(`must not start with '..'`);
    return texts.map((text) => invalidField(`${field}[${key}]`, key, text));
  });
}

/** Validates the total size of all values. */
export function validateSize(...maps: readonly unknown[]): FieldError[] {
  const values = maps.flatMap((map) => Object.values(objectOrEmpty(map)));
  const bytes = values.reduce<number>((sum, value) => sum + String(value).length, 0);
  return bytes > MAX_BYTES ? [tooLong('', MAX_BYTES)] : [];
}

/** Throws 400 if a value is not base64, with the message of Go's `[]byte` decoder. */
export function refuseBadBase64(kind: string, data: unknown): void {
  for (const value of Object.values(objectOrEmpty(data))) {
    const text = String(value).replaceAll(/[\r\n]/g, '');
    if (BASE64.test(text)) continue;
    const position = Math.max(text.search(/[^A-Za-z0-9+/]/), 0) || text.length;
    throw badRequest(
      `${kind} in version "v1" cannot be handled as a ${kind}: illegal base64 data at input byte ${position}`,
    );
  }
}
