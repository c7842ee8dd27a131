/** Names that the files of the proxy share. */

export const ADMIN_SOCKET = 'admin.sock';
export const INVALID_BACKEND_SOCKET = 'invalid.sock';

export const ADMIN_CLUSTER = 'admin';
/** Answers every request with 500: the share of a backend that does not exist. */
export const INVALID_BACKEND = 'invalid backend';

/** The routes of all hostnames. */
export const ROUTE_CONFIGURATION = 'routes';

/** HTTP filters that a route configures for itself. */
export const CORS_FILTER = 'envoy.filters.http.cors';
export const SESSION_FILTER = 'envoy.filters.http.header_to_metadata';
