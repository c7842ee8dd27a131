import { describe, expect, it } from '@jest/globals';
import { corednsImage, echoImage } from './images.ts';

describe('the images that the suite deploys', () => {
  it.each([
    'registry.k8s.io/gateway-api/echo-basic:v1.5.1',
    'registry.k8s.io/gateway-api/echo-basic:v1.6.0-dev.3',
    'registry.k8s.io/gateway-api/echo-advanced:v1.5.1',
  ])('%s is the server of the module', (image) => {
    expect(image).toMatch(echoImage('echo').matches);
  });

  it('leaves all others to the sandbox', () => {
    expect('docker.io/example/echo-basic-not:1').not.toMatch(echoImage('echo').matches);
    expect('registry.k8s.io/gateway-api/echo-basic:v1').not.toMatch(corednsImage('echo').matches);
  });
});
