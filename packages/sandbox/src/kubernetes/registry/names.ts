/** Validates a string. Returns the error messages of apimachinery. */
export type NameRule = (value: string) => string[];

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const DNS1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';

const patterns = {
  label: new RegExp(`^${LABEL}$`),
  subdomain: new RegExp(`^${SUBDOMAIN}$`),
  dns1035: new RegExp(`^${DNS1035}$`),
  qualified: new RegExp(`^${QUALIFIED}$`),
  labelValue: new RegExp(`^${LABEL_VALUE}$`),
};

function tooLongFor(value: string, max: number): string[] {
  return value.length > max ? [`must be no more than ${max} bytes`] : [];
}

/** RFC 1123 subdomain: the name rule of most kinds. */
export function subdomainName(value: string): string[] {
  const errors = tooLongFor(value, 253);
  if (!patterns.subdomain.test(value)) {
    errors.push(
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
    );
  }
  return errors;
}

/** RFC 1123 label: namespaces, containers, volumes. */
export function labelName(value: string): string[] {
  const errors = tooLongFor(value, 63);
  if (!patterns.label.test(value)) {
    errors.push(
      `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`,
    );
  }
  return errors;
}

/** DNS-1035 label: Services. */
export function serviceName(value: string): string[] {
  const errors = tooLongFor(value, 63);
  if (!patterns.dns1035.test(value)) {
    errors.push(
      `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${DNS1035}')`,
    );
  }
  return errors;
}

/** Any path segment of a URL: RBAC objects. */
export function pathSegmentName(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
}

/** `[prefix/]name`: keys of labels and annotations, finalizers. */
export function qualifiedName(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  return [...qualifiedPrefix(prefix), ...qualifiedSuffix(name)];
}

function qualifiedPrefix(prefix: string | undefined): string[] {
  if (prefix === undefined) return [];
  if (prefix === '') return ['prefix part must be non-empty'];
  return subdomainName(prefix).map((text) => `prefix part ${text}`);
}

function qualifiedSuffix(name: string): string[] {
  if (name === '') return ['name part must be non-empty'];
  const errors = tooLongFor(name, 63).map((text) => `name part ${text}`);
  if (!patterns.qualified.test(name)) {
    errors.push(
      `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`,
    );
  }
  return errors;
}

/** The value of a label. */
export function labelValue(value: string): string[] {
  const errors = tooLongFor(value, 63);
  if (!patterns.labelValue.test(value)) {
    errors.push(
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`,
    );
  }
  return errors;
}

/** Name of a container port: at most 15 characters, at least one letter. */
export function portName(value: string): string[] {
  const errors = value.length > 15 ? ['must be no more than 15 characters'] : [];
  if (!/^[a-z0-9-]+$/.test(value))
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  else if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}
