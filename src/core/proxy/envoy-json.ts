/** Envoy's configuration as plain JSON. */

export type Json = string | number | boolean | readonly Json[] | JsonObject;

/** Keys without a value are left out of the file. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

const TYPE_URL = 'type.googleapis.com/';

/** A message of a type that Envoy finds by its name, which is given without `envoy.`. */
export function typed(type: string, fields: JsonObject = {}): JsonObject {
  return { '@type': `${TYPE_URL}envoy.${type}`, ...fields };
}

/** A file that Envoy reads again whenever the kubelet replaces the folder in which it is. */
export function watchedFile(folder: string, name: string): JsonObject {
  return {
    resource_api_version: 'V3',
    path_config_source: { path: `${folder}/${name}`, watched_directory: { path: folder } },
  };
}

export function milliseconds(duration: number): string {
  return `${duration / 1000}s`;
}
