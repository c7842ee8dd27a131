/** Whether scenarios run on a real kube-apiserver, without kubelet and edge. */
export const isRealApi = process.env['CFTUNNEL_TEST_API'] === 'real';
