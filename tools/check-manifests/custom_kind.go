package main

import (
	"context"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

// customKind is one served version of a custom resource.
type customKind struct {
	schema     *structuralschema.Structural
	namespaced bool
	strategy   strategy
}

// strategy is the part of the API server's strategy for custom resources that a creation goes through.
type strategy interface {
	PrepareForCreate(ctx context.Context, object runtime.Object)
	Validate(ctx context.Context, object runtime.Object) field.ErrorList
	WarningsOnCreate(ctx context.Context, object runtime.Object) []string
}

// customKinds sets up every served version of a valid definition, as the API server does before it serves them.
func customKinds(definition *apiextensionsv1.CustomResourceDefinition) (map[schema.GroupVersionKind]*customKind, error) {
	kinds := map[schema.GroupVersionKind]*customKind{}
	for _, version := range definition.Spec.Versions {
		if !version.Served {
			continue
		}
		kind := schema.GroupVersionKind{Group: definition.Spec.Group, Version: version.Name, Kind: definition.Spec.Names.Kind}
		custom, err := newCustomKind(kind, version, definition.Spec.Scope == apiextensionsv1.NamespaceScoped)
		if err != nil {
			return nil, fmt.Errorf("version %s: %w", version.Name, err)
		}
		kinds[kind] = custom
	}
	return kinds, nil
}

func newCustomKind(
	kind schema.GroupVersionKind, version apiextensionsv1.CustomResourceDefinitionVersion, namespaced bool,
) (*customKind, error) {
	var internal apiextensions.CustomResourceDefinitionVersion
	if err := definitionScheme.Convert(&version, &internal, nil); err != nil {
		return nil, err
	}
	properties := internal.Schema.OpenAPIV3Schema
	structural, err := structuralschema.NewStructural(properties)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(properties)
	if err != nil {
		return nil, err
	}
	var status *apiextensions.CustomResourceSubresourceStatus
	var scale *apiextensions.CustomResourceSubresourceScale
	if internal.Subresources != nil {
		status, scale = internal.Subresources.Status, internal.Subresources.Scale
	}
	return &customKind{structural, namespaced, customresource.NewStrategy(
		nil, namespaced, kind, validator, nil, structural, status, scale, version.SelectableFields,
	)}, nil
}

// check does with an object what its creation with strict field validation does.
func (k *customKind) check(text []byte) []string {
	object, err := decode(text)
	if err != nil {
		return []string{err.Error()}
	}
	if k.namespaced && object.GetNamespace() == "" {
		object.SetNamespace("default")
	}
	problems, err := k.prune(object)
	if err != nil {
		return []string{err.Error()}
	}
	defaulting.Default(object.Object, k.schema)
	ctx := context.Background()
	k.strategy.PrepareForCreate(ctx, object)
	problems = append(problems, messages(k.strategy.Validate(ctx, object))...)
	return append(problems, k.strategy.WarningsOnCreate(ctx, object)...)
}

func decode(text []byte) (*unstructured.Unstructured, error) {
	json, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, err
	}
	object := &unstructured.Unstructured{}
	return object, object.UnmarshalJSON(json)
}

// prune removes what the schema does not know, and names it.
func (k *customKind) prune(object *unstructured.Unstructured) ([]string, error) {
	options := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown := pruning.PruneWithOptions(object.Object, k.schema, true, options)
	defaulting.PruneNonNullableNullsWithoutDefaults(object.Object, k.schema)
	_, _, inMetadata, err := objectmeta.GetObjectMetaWithOptions(
		object.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true},
	)
	if err != nil {
		return nil, err
	}
	problems := make([]string, 0)
	for _, path := range append(unknown, inMetadata...) {
		problems = append(problems, fmt.Sprintf("unknown field %q", path))
	}
	return problems, nil
}
