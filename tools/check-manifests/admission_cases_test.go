package main

import (
	"context"
	"os"
	"strings"
	"testing"

	admissionregv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"sigs.k8s.io/yaml"
)

// admissionCase is a write of the Service shop/web, and what the policies say about it.
type admissionCase struct {
	Name        string            `json:"name"`
	Annotations map[string]string `json:"annotations"`
	Before      map[string]string `json:"before"`
	Labels      map[string]string `json:"labels"`
	Allowed     *string           `json:"allowed"`
	Tunnel      map[string]any    `json:"tunnel"`
	Refused     string            `json:"refused"`
}

// TestAdmissionCases evaluates the policies of deploy/admission with the code of the API server. The decisions of the
// operator are held against the same cases by test/deploy/admission.test.ts.
func TestAdmissionCases(t *testing.T) {
	text, err := os.ReadFile("testdata/admission-cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var cases []admissionCase
	if err := yaml.UnmarshalStrict(text, &cases); err != nil {
		t.Fatal(err)
	}
	policies := readPolicies(t, "../../deploy/admission")
	if len(policies) != 2 || len(cases) == 0 {
		t.Fatalf("there are %d policies and %d cases", len(policies), len(cases))
	}
	for _, each := range cases {
		t.Run(each.Name, func(t *testing.T) {
			if got := each.evaluate(t, policies); got != each.Refused {
				t.Errorf("got %q, want %q", got, each.Refused)
			}
		})
	}
}

// A Service can have 256 KiB of annotations, and a Tunnel 256 patterns. What costs too much is let through.
func TestTheCostOfManyHostnames(t *testing.T) {
	policies := readPolicies(t, "../../deploy/admission")
	patterns := make([]any, 256)
	for i := range patterns {
		patterns[i] = "*." + strings.Repeat("a", 60) + ".example.com"
	}
	spec := map[string]any{"allowedRoutes": map[string]any{"namespaces": map[string]any{"from": "All"}, "hostnames": patterns}}
	for count, isRefused := range map[int]bool{50: true, 5000: false} {
		names := strings.TrimSuffix(strings.Repeat("a.example.org,", count), ",")
		each := admissionCase{Annotations: map[string]string{"tunnel": "infra/home", "hostname": names}, Tunnel: spec}
		if got := each.evaluate(t, policies); (got != "") != isRefused {
			t.Errorf("%d hostnames: got %q, want a refusal: %v", count, got, isRefused)
		}
	}
}

func readPolicies(t *testing.T, folder string) []*admissionregv1.ValidatingAdmissionPolicy {
	t.Helper()
	documents, err := readDocuments([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	var policies []*admissionregv1.ValidatingAdmissionPolicy
	for _, each := range documents {
		if !isPolicy(each) {
			continue
		}
		policy, err := decodePolicy(each.yaml)
		if err != nil {
			t.Fatal(err)
		}
		policies = append(policies, policy)
	}
	return policies
}

// evaluate returns the message of the first refusal. Policies with parameters are evaluated for the Tunnel alone.
func (c admissionCase) evaluate(t *testing.T, policies []*admissionregv1.ValidatingAdmissionPolicy) string {
	t.Helper()
	for _, policy := range policies {
		var params runtime.Object
		if policy.Spec.ParamKind != nil {
			if c.Tunnel == nil {
				continue
			}
			params = &unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "cftunnel.io/v1alpha1", "kind": "Tunnel",
				"metadata": map[string]any{"namespace": "infra", "name": "home"}, "spec": c.Tunnel,
			}}
		}
		resource := corev1.SchemeGroupVersion.WithResource("services")
		attributes := c.attributes(t)
		result := validatorOf(t, policy).Validate(
			context.Background(), resource, attributes, params, c.namespace(), celconfig.RuntimeCELCostBudget, nil,
		)
		for _, decision := range result.Decisions {
			if decision.Action == validating.ActionDeny {
				return decision.Message
			}
		}
	}
	return ""
}

func (c admissionCase) namespace() *corev1.Namespace {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: c.Labels}}
	if c.Allowed != nil {
		namespace.Annotations = map[string]string{"cftunnel.io/allowed-hostnames": *c.Allowed}
	}
	return namespace
}

func (c admissionCase) attributes(t *testing.T) *admission.VersionedAttributes {
	t.Helper()
	kind := corev1.SchemeGroupVersion.WithKind("Service")
	resource := corev1.SchemeGroupVersion.WithResource("services")
	service := serviceWith(c.Annotations)
	var before runtime.Object
	operation := admission.Create
	if c.Before != nil {
		before, operation = serviceWith(c.Before), admission.Update
	}
	attributes := admission.NewAttributesRecord(
		service, before, kind, "shop", "web", resource, "", operation, nil, false, nil,
	)
	return &admission.VersionedAttributes{
		Attributes: attributes, VersionedKind: kind, VersionedObject: service, VersionedOldObject: before,
	}
}

// serviceWith completes the prefix of annotations that have none.
func serviceWith(annotations map[string]string) *corev1.Service {
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}
	for key, value := range annotations {
		if !strings.Contains(key, "/") {
			key = "cftunnel.io/" + key
		}
		metav1.SetMetaDataAnnotation(&service.ObjectMeta, key, value)
	}
	return service
}

// validatorOf sets a policy up for evaluation, as the API server does.
func validatorOf(t *testing.T, policy *admissionregv1.ValidatingAdmissionPolicy) validating.Validator {
	t.Helper()
	compiler, err := plugincel.NewCompositedCompiler(environment.MustBaseEnvSet(oldestRelease))
	if err != nil {
		t.Fatal(err)
	}
	options := plugincel.OptionalVariableDeclarations{HasParams: policy.Spec.ParamKind != nil, HasAuthorizer: true}
	var matches, validations, messages []plugincel.ExpressionAccessor
	for _, each := range expressionsOf(policy) {
		switch accessor := each.accessor.(type) {
		case *validating.Variable:
			compiler.CompileAndStoreVariable(accessor, options, environment.StoredExpressions)
		case *matchconditions.MatchCondition:
			matches = append(matches, accessor)
		case *validating.MessageExpressionCondition:
			messages = append(messages, accessor)
		default:
			validations = append(validations, accessor)
		}
	}
	matcher := matchconditions.NewMatcher(
		compiler.CompileCondition(matches, options, environment.StoredExpressions),
		policy.Spec.FailurePolicy, "policy", "validate", policy.Name,
	)
	withoutAuthorizer := plugincel.OptionalVariableDeclarations{HasParams: options.HasParams}
	return validating.NewValidator(
		compiler.CompileCondition(validations, options, environment.StoredExpressions), matcher,
		compiler.CompileCondition(nil, options, environment.StoredExpressions),
		compiler.CompileCondition(messages, withoutAuthorizer, environment.StoredExpressions),
		policy.Spec.FailurePolicy, nil,
	)
}
