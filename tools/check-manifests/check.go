package main

import (
	"strings"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
)

// The kinds of the Prometheus operator, which the chart can install.
func init() {
	if err := monitoring.AddToScheme(scheme.Scheme); err != nil {
		panic(err)
	}
}

// check returns one line for each problem that an API server would find in the objects.
func check(documents []document) []string {
	var problems []string
	report := func(from document, found []string) {
		for _, problem := range found {
			problems = append(problems, from.String()+": "+strings.Join(strings.Fields(problem), " "))
		}
	}

	kinds := map[schema.GroupVersionKind]*customKind{}
	for _, each := range documents {
		if isDefinition(each) {
			served, found := checkDefinition(each.yaml)
			report(each, found)
			for kind, custom := range served {
				kinds[kind] = custom
			}
		}
	}
	for _, each := range documents {
		if !isDefinition(each) {
			report(each, checkObject(each, kinds))
		}
	}
	return problems
}

func checkObject(from document, kinds map[schema.GroupVersionKind]*customKind) []string {
	custom := kinds[from.kind]
	switch {
	case custom != nil:
		return custom.check(from.yaml)
	case isPolicy(from):
		return checkPolicy(from.yaml)
	case scheme.Scheme.Recognizes(from.kind):
		return checkBuiltIn(from.yaml)
	case from.isMarkdown() || from.kind.Group == "kustomize.config.k8s.io":
		return nil
	default:
		return []string{"no definition of " + from.kind.String() + " is among the files"}
	}
}

// checkBuiltIn decodes an object into the type that the API server decodes it into, and refuses unknown fields.
func checkBuiltIn(text []byte) []string {
	codecs := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict)
	if _, _, err := codecs.UniversalDeserializer().Decode(text, nil, nil); err != nil {
		return []string{err.Error()}
	}
	return nil
}

func messages[T error](errs []T) []string {
	texts := make([]string, 0, len(errs))
	for _, err := range errs {
		texts = append(texts, err.Error())
	}
	return texts
}
