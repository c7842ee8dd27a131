import type { Image } from '../image.ts';
import { envoy } from './envoy.ts';
import { grpcbin } from './grpcbin.ts';
import { opensshServer } from './openssh-server.ts';
import { postgres } from './postgres.ts';
import { httpEcho, whoami } from './whoami.ts';

/** The programs besides cloudflared that containers can run. */
export const BUILT_IN_IMAGES: readonly Image[] = [whoami, httpEcho, grpcbin, envoy, opensshServer, postgres];
