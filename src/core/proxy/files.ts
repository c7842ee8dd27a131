/** The files in which the proxy finds its configuration. */

export const BOOTSTRAP_FILE = 'bootstrap.json';
export const ROUTES_FILE = 'routes.yaml';
export const CLUSTERS_FILE = 'clusters.yaml';

/** Texts by the names of their files. */
export type ProxyFiles = Readonly<Record<typeof BOOTSTRAP_FILE | typeof ROUTES_FILE | typeof CLUSTERS_FILE, string>>;
