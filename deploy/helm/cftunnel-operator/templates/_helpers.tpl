{{- define "cftunnel.name" -}}
{{ .Values.fullnameOverride | default "cftunnel-operator" }}
{{- end }}

{{- define "cftunnel.labels" -}}
{{ include "cftunnel.selectorLabels" . }}
app.kubernetes.io/part-of: cftunnel
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "cftunnel.selectorLabels" -}}
app.kubernetes.io/name: {{ include "cftunnel.name" . }}
{{- end }}

{{/* Labels of what is not the operator, so that no selector takes its pods for those of the operator. */}}
{{- define "cftunnel.labelsOf" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: cftunnel
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "cftunnel.serviceAccountName" -}}
{{ .Values.serviceAccount.name | default (include "cftunnel.name" .) }}
{{- end }}

{{- define "cftunnel.image" -}}
{{- with .Values.image -}}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}
{{- if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* The only namespace that the operator watches. Empty: all. */}}
{{- define "cftunnel.watchNamespace" -}}
{{- if and .Values.namespaced .Values.flags.watchNamespace -}}
{{- fail "namespaced watches the namespace of the release: leave flags.watchNamespace empty, or set namespaced to false" -}}
{{- end -}}
{{- if .Values.namespaced }}{{ .Release.Namespace }}{{ else }}{{ .Values.flags.watchNamespace }}{{ end -}}
{{- end }}

{{- define "cftunnel.leaseNamespace" -}}
{{ .Values.flags.namespace | default .Release.Namespace }}
{{- end }}

{{- define "cftunnel.metricsPort" -}}
{{ .Values.flags.metricsBindAddress | default ":8080" | regexFind "[0-9]+$" }}
{{- end }}

{{- define "cftunnel.healthPort" -}}
{{ .Values.flags.healthBindAddress | default ":8081" | regexFind "[0-9]+$" }}
{{- end }}
