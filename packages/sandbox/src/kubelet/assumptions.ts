/** What a real kubelet does when, as far as its settings and the state of the node decide. */
export interface KubeletAssumptions {
  /**
   * Seconds between two syncs of a Pod to which nothing happens: `syncFrequency`, a minute by default
   * (`pkg/kubelet/apis/config/v1beta1/defaults.go`), and up to half of it more (`wait.Jitter` with
   * `workerResyncIntervalJitterFactor` in `pkg/kubelet/pod_workers.go`). A sync refreshes the files of mounted volumes.
   */
  readonly secondsBetweenSyncs: { readonly least: number; readonly most: number };
  /**
   * Whether a change of the Pod object, such as of an annotation, refreshes the files of mounted volumes at once. Each
   * sync of a Pod calls `WaitForAttachAndMount` (`pkg/kubelet/volumemanager/volume_manager.go`), which has
   * `ReprocessPod` and then `MarkRemountRequired` mount ConfigMaps, Secrets and other volumes with `RequiresRemount`
   * again (`volumemanager/populator/desired_state_of_world_populator.go`). The content comes from the kubelet's own
   * watch of the ConfigMap. If that lags behind the watch of Pods, the old content stays until the next sync, as with
   * `false`.
   */
  readonly podChangeRefreshesVolumes: boolean;
}

/** The settings that apply unless a test overrides them. */
export const DEFAULT_KUBELET_ASSUMPTIONS: KubeletAssumptions = {
  secondsBetweenSyncs: { least: 60, most: 90 },
  podChangeRefreshesVolumes: true,
};
