import { createLogger, format, transports } from 'winston';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

/** Messages are constant; what varies is in the fields. Never log a secret. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Logs to stderr, one line per entry. */
export function createAppLogger(level: LogLevel, style: 'json' | 'pretty'): Logger {
  const pretty = format.printf(({ timestamp, level: severity, message, ...fields }) => {
    const rest = Object.entries(fields).map(
      ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    return [String(timestamp), severity.toUpperCase().padEnd(5), message, ...rest].join(' ');
  });
  return createLogger({
    level,
    format: format.combine(format.timestamp(), style === 'json' ? format.json() : pretty),
    transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
}
