package main

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/version"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/client-go/kubernetes/scheme"
)

// oldestRelease is the first Kubernetes release that has policies. Functions that came later do not compile there.
var oldestRelease = version.MajorMinor(1, 30)

func isPolicy(d document) bool {
	return d.kind == admissionv1.SchemeGroupVersion.WithKind("ValidatingAdmissionPolicy")
}

// checkPolicy does with a policy what its creation does: strict decoding, and the compilation of each expression with
// the functions and types that it may use.
func checkPolicy(text []byte) []string {
	policy, err := decodePolicy(text)
	if err != nil {
		return []string{err.Error()}
	}
	compiler, err := plugincel.NewCompositedCompiler(environment.MustBaseEnvSet(oldestRelease))
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	if len(policy.Spec.Validations) == 0 {
		problems = append(problems, "spec.validations: Required value")
	}
	for _, each := range expressionsOf(policy) {
		result := each.compile(compiler, policy.Spec.ParamKind != nil)
		if result.Error != nil {
			problems = append(problems, each.place+": "+result.Error.Error())
		}
	}
	return problems
}

func decodePolicy(text []byte) (*admissionv1.ValidatingAdmissionPolicy, error) {
	codecs := serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict)
	policy := &admissionv1.ValidatingAdmissionPolicy{}
	_, _, err := codecs.UniversalDeserializer().Decode(text, nil, policy)
	return policy, err
}

// policyExpression is an expression of a policy, and where it is.
type policyExpression struct {
	place    string
	accessor plugincel.ExpressionAccessor
}

// compile keeps the result of a variable, so that later expressions can refer to it.
func (e policyExpression) compile(compiler *plugincel.CompositedCompiler, hasParams bool) plugincel.CompilationResult {
	_, isMessage := e.accessor.(*validating.MessageExpressionCondition)
	options := plugincel.OptionalVariableDeclarations{HasParams: hasParams, HasAuthorizer: !isMessage}
	if variable, ok := e.accessor.(plugincel.NamedExpressionAccessor); ok {
		return compiler.CompileAndStoreVariable(variable, options, environment.NewExpressions)
	}
	return compiler.CompileCELExpression(e.accessor, options, environment.NewExpressions)
}

// expressionsOf lists them in the order in which the API server compiles them. Match conditions cannot use variables.
func expressionsOf(policy *admissionv1.ValidatingAdmissionPolicy) []policyExpression {
	var all []policyExpression
	for _, each := range policy.Spec.MatchConditions {
		condition := matchconditions.MatchCondition(each)
		all = append(all, policyExpression{"spec.matchConditions[" + each.Name + "]", &condition})
	}
	for _, each := range policy.Spec.Variables {
		accessor := &validating.Variable{Name: each.Name, Expression: each.Expression}
		all = append(all, policyExpression{"spec.variables[" + each.Name + "]", accessor})
	}
	for _, each := range policy.Spec.Validations {
		accessor := &validating.ValidationCondition{Expression: each.Expression}
		all = append(all, policyExpression{"spec.validations: expression", accessor})
		if each.MessageExpression != "" {
			message := &validating.MessageExpressionCondition{MessageExpression: each.MessageExpression}
			all = append(all, policyExpression{"spec.validations: messageExpression", message})
		}
	}
	return all
}
