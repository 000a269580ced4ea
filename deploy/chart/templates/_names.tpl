{{- define "studio.environment" -}}
- { name: STUDIO_FILES, value: {{ .Values.files | quote }} }
- { name: AWS_DEFAULT_REGION, value: {{ .Values.region | quote }} }
{{- if .Values.s3Endpoint }}
- { name: AWS_ENDPOINT_URL_S3, value: {{ .Values.s3Endpoint | quote }} }
{{- end }}
- { name: STUDIO_HOSTS, value: {{ .Values.host | quote }} }
- { name: STUDIO_PROXIES, value: "1" }
- { name: STUDIO_CACHE_MB, value: {{ .Values.cacheMB | quote }} }
{{- end }}
{{- define "studio.security" -}}
runAsNonRoot: true
runAsUser: 1000
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
