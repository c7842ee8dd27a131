{{/* What the operator does in the namespaces that it watches. Every verb has a caller in src/adapters/kubernetes. */}}
{{- define "cftunnel.rules" -}}
# Tunnels are watched; their finalizer and status are written. The command uninstall deletes them.
- apiGroups: [cftunnel.io]
  resources: [tunnels]
  verbs: [list, watch, patch, delete]
- apiGroups: [cftunnel.io]
  resources: [tunnels/status]
  verbs: [patch]
# Required to set owner references on clusters that enforce blockOwnerDeletion.
- apiGroups: [cftunnel.io]
  resources: [tunnels/finalizers]
  verbs: [update]
# Access policies and service tokens are watched; their finalizer and status are written. A token owns a Secret, and the
# command uninstall deletes it.
- apiGroups: [cftunnel.io]
  resources: [accesspolicies]
  verbs: [list, watch, patch]
- apiGroups: [cftunnel.io]
  resources: [accessservicetokens]
  verbs: [list, watch, patch, delete]
- apiGroups: [cftunnel.io]
  resources: [accesspolicies/status, accessservicetokens/status]
  verbs: [patch]
- apiGroups: [cftunnel.io]
  resources: [accessservicetokens/finalizers]
  verbs: [update]
# Services are watched; their finalizer and one condition are written.
- apiGroups: ['']
  resources: [services]
  verbs: [list, watch, patch]
- apiGroups: ['']
  resources: [services/status]
  verbs: [patch]
# Ingresses are watched; their finalizer is written, and the tunnel's name into their status.
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [list, watch, patch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses/status]
  verbs: [patch]
# Secrets are read and written by name (API token, connector credentials, CA pools), and never listed or watched. With
# OwnerReferencesPermissionEnforcement, as on OpenShift, restoring an owner reference needs permission to delete the
# object. The operator deletes no Secrets and no ServiceAccounts, and of ConfigMaps only that of a proxy.
- apiGroups: ['']
  resources: [secrets]
  verbs: [get, create, patch, delete]
# Objects that a Tunnel owns, and ConfigMaps that are used as CA pools, which are read by name.
- apiGroups: ['']
  resources: [configmaps, serviceaccounts]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
# Events are written, and counted when they repeat. The events of a pod that does not start are read, selected by its name.
- apiGroups: ['']
  resources: [events]
  verbs: [create, patch, list]
# The pods of connectors that do not become ready are read, selected by label. An annotation has the kubelet of a pod read
# a changed configuration of the proxy at once.
- apiGroups: ['']
  resources: [pods]
  verbs: [list, patch]
# Whether a Service has a ready pod, and where the proxy reaches its pods.
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch]
{{- end }}

{{/* What is in no namespace. */}}
{{- define "cftunnel.clusterRules" -}}
# The command uninstall permits the deletion of the definition when no Tunnel is left.
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  resourceNames: [tunnels.cftunnel.io]
  verbs: [patch]
# The labels of Namespaces decide which Services may attach to a Tunnel.
- apiGroups: ['']
  resources: [namespaces]
  verbs: [list, watch]
# Names of the local network follow the addresses of nodes. Nodes are watched only while a Tunnel has spec.lan.nodeSelector.
- apiGroups: ['']
  resources: [nodes]
  verbs: [list, watch]
# Which Ingresses are for this operator.
- apiGroups: [networking.k8s.io]
  resources: [ingressclasses]
  verbs: [list, watch]
{{ include "cftunnel.gatewayClassRules" . }}
{{ include "cftunnel.gatewayRules" . }}
# The default name of the cluster is derived from the UID of this Namespace.
- apiGroups: ['']
  resources: [namespaces]
  resourceNames: [kube-system]
  verbs: [get]
{{- end }}

{{/* Classes of the Gateway API are in no namespace. */}}
{{- define "cftunnel.gatewayClassRules" -}}
# Classes of the Gateway API are watched, and described in their status.
- apiGroups: [gateway.networking.k8s.io]
  resources: [gatewayclasses]
  verbs: [list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gatewayclasses/status]
  verbs: [patch]
# The release of the Gateway API that is installed.
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  resourceNames: [gatewayclasses.gateway.networking.k8s.io]
  verbs: [get]
{{- end }}

{{/* The Gateway API, in the namespaces that are watched. */}}
{{- define "cftunnel.gatewayRules" -}}
# ListenerSets, policies and grants of the Gateway API are watched.
- apiGroups: [gateway.networking.k8s.io]
  resources: [listenersets, backendtlspolicies, referencegrants]
  verbs: [list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways/status, listenersets/status, backendtlspolicies/status, httproutes/status, grpcroutes/status]
  verbs: [patch]
# Gateways and their routes are watched; their finalizer is written, and what became of them into their status.
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways, httproutes, grpcroutes]
  verbs: [list, watch, patch]
# A Gateway that names no Tunnel gets one.
- apiGroups: [cftunnel.io]
  resources: [tunnels]
  verbs: [create]
{{- end }}

{{/* The Lease of the leader election. A create cannot be limited to a name. */}}
{{- define "cftunnel.leaseRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [cftunnel-operator]
  verbs: [get, update]
{{- end }}

{{/* A binding of the operator's account: kind, namespace (empty: the cluster), root, and what ends the name, if anything. */}}
{{- define "cftunnel.binding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}Binding
metadata:
  name: {{ include "cftunnel.name" .root }}{{ .ending }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "cftunnel.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ include "cftunnel.name" .root }}{{ .ending }}
subjects:
  - kind: ServiceAccount
    name: {{ include "cftunnel.serviceAccountName" .root }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}
