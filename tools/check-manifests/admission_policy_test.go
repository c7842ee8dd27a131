package main

import (
	"strings"
	"testing"
)

// policy is a ValidatingAdmissionPolicy with this spec beside the Services that it matches, given as YAML in one line.
func policy(spec string) string {
	return "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: { name: a }\n" +
		"spec: { matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], " +
		"resources: [services] }] }, " + spec + " }\n"
}

func TestPolicies(t *testing.T) {
	const withParams = "paramKind: { apiVersion: v1, kind: ConfigMap }, "
	const variable = "variables: [{ name: names, expression: \"['a']\" }], "
	cases := map[string]struct{ spec, want string }{
		"a valid policy":                {"validations: [{ expression: object.metadata.name != 'odd' }]", ""},
		"no validation":                 {"failurePolicy: Fail", "spec.validations: Required value"},
		"an expression without a type":  {"validations: [{ expression: object.metadata.name }]", "must evaluate to bool but got dyn"},
		"an expression of another type": {"validations: [{ expression: \"'a'\" }]", "must evaluate to bool"},
		"a misspelt function":           {"validations: [{ expression: object.metadata.name.lowerAsci() == 'a' }]", "undeclared reference to 'lowerAsci'"},
		"parameters":                    {withParams + "validations: [{ expression: params.data.a == 'b' }]", ""},
		"parameters of no kind":         {"validations: [{ expression: params.data.a == 'b' }]", "undeclared reference to 'params'"},
		"a variable":                    {variable + "validations: [{ expression: variables.names.size() == 1 }]", ""},
		"a variable of another type":    {variable + "validations: [{ expression: variables.names == 1 }]", "no matching overload"},
		"a variable that is not there":  {variable + "validations: [{ expression: variables.name == 1 }]", "undefined field 'name'"},
		"a variable in a match condition": {
			variable + "matchConditions: [{ name: a, expression: variables.names.size() == 1 }], validations: [{ expression: 'true' }]",
			"spec.matchConditions[a]",
		},
		"a message that is no text": {"validations: [{ expression: 'true', messageExpression: '1' }]", "must evaluate to string"},
		"a function that is newer than the oldest supported release": {
			"validations: [{ expression: \"{'a': 'b'}.all(key, value, key != value)\" }]", "undeclared reference to 'all'",
		},
		"an unknown field": {"validation: []", `unknown field "spec.validation"`},
	}
	for name, each := range cases {
		t.Run(name, func(t *testing.T) {
			problems := strings.Join(checkPolicy([]byte(policy(each.spec))), "\n")
			if (each.want == "") != (problems == "") || !strings.Contains(problems, each.want) {
				t.Errorf("got %q, want %q", problems, each.want)
			}
		})
	}
}
