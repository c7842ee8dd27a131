{{/* What the pods of the operator and of its Jobs have in common: who they are, and where they run. */}}
{{- define "cftunnel.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
# No user is set, so that the image's own (65532) applies, or on OpenShift the one of the namespace.
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- range $field := list "nodeSelector" "tolerations" "affinity" "hostAliases" "dnsConfig" }}
{{- with index $.Values $field }}
{{ $field }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- range $field := list "priorityClassName" "runtimeClassName" "schedulerName" "hostNetwork" "dnsPolicy" }}
{{- with index $.Values $field }}
{{ $field }}: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
volumes:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What their containers have in common. */}}
{{- define "cftunnel.container" -}}
image: {{ include "cftunnel.image" . }}
{{- with .Values.image.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.extraVolumeMounts }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
# Behind a proxy: env HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS (docs/operating.md).
# The heap size follows the memory limit. Raise it for more than about 20,000 exposed Services.
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The flags as environment variables, so that a command that is run in the pod has them too. */}}
{{- define "cftunnel.env" -}}
{{- range $flag, $value := .Values.flags }}
{{- if ne (toString $value) "" }}
- name: CFTUNNEL_{{ snakecase $flag | upper }}
  value: {{ toString $value | quote }}
{{- end }}
{{- end }}
{{- if include "cftunnel.watchNamespace" . | and .Values.namespaced }}
- name: CFTUNNEL_WATCH_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
