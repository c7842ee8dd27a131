import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';

/** Where kube-controller-manager is beside a real API server, without which no pod is ever made. */
export const controllersFolder = isRealApi ? folderWithControllers(process.env['KUBEBUILDER_ASSETS']) : undefined;

function folderWithControllers(folder: string | undefined): string | undefined {
  return folder !== undefined && existsSync(join(folder, 'kube-controller-manager')) ? folder : undefined;
}
