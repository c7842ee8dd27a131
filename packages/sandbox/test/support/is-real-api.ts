/** Whether scenarios run against a real kube-apiserver, which has no kubelet and no edge behind it. */
export const isRealApi = process.env['CFTUNNEL_TEST_API'] === 'real';
