package main

import (
	"context"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

// definitionScheme knows the kinds of apiextensions.k8s.io, their defaults and conversions.
var definitionScheme = func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	return scheme
}()

func isDefinition(d document) bool {
	return d.kind == apiextensionsv1.SchemeGroupVersion.WithKind("CustomResourceDefinition")
}

// checkDefinition does with a CustomResourceDefinition what its creation does: strict decoding, defaulting, conversion
// to the internal version, validation. It returns the kinds that the definition serves.
func checkDefinition(text []byte) (map[schema.GroupVersionKind]*customKind, []string) {
	codecs := serializer.NewCodecFactory(definitionScheme, serializer.EnableStrict)
	var external apiextensionsv1.CustomResourceDefinition
	if _, _, err := codecs.UniversalDeserializer().Decode(text, nil, &external); err != nil {
		return nil, []string{err.Error()}
	}
	definitionScheme.Default(&external)
	var internal apiextensions.CustomResourceDefinition
	if err := definitionScheme.Convert(&external, &internal, nil); err != nil {
		return nil, []string{err.Error()}
	}

	ctx := context.Background()
	strategy := customresourcedefinition.NewStrategy(definitionScheme)
	strategy.PrepareForCreate(ctx, &internal)
	if errs := strategy.Validate(ctx, &internal); len(errs) > 0 {
		return nil, messages(errs)
	}
	served, err := customKinds(&external)
	if err != nil {
		return nil, []string{err.Error()}
	}
	return served, strategy.WarningsOnCreate(ctx, &internal)
}
