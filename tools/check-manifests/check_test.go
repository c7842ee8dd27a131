package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// definition is a CustomResourceDefinition whose objects have this schema of `spec`, given as YAML in one line.
func definition(spec string) string {
	return fmt.Sprintf(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gates.example.org }
spec:
  group: example.org
  scope: Namespaced
  names: { kind: Gate, plural: gates }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: %s } } }
`, spec)
}

func gate(spec string) string {
	return fmt.Sprintf("apiVersion: example.org/v1\nkind: Gate\nmetadata: { name: a }\nspec: %s\n", spec)
}

const selector = `x-kubernetes-validations: [{ rule: "(self.from == 'Selector') == has(self.selector)", message: wrong }],
  properties: { from: { type: string, default: Same }, selector: { type: object } }`

func TestDefinitions(t *testing.T) {
	cases := map[string]struct{ spec, want string }{
		"a default that its own rule refuses": {
			"{ type: object, properties: { namespaces: { type: object, default: {}, " + selector + " } } }",
			`properties[namespaces].default: Invalid value: "object": no such key: from`,
		},
		"the same default, mended": {
			"{ type: object, properties: { namespaces: { type: object, default: { from: Same }, " + selector + " } } }", "",
		},
		"a field that schemas do not have": {
			"{ type: object, propertyNames: { type: string } }", `unknown field "spec.versions[0].schema.openAPIV3Schema`,
		},
		"a field without type": {
			"{ type: object, properties: { a: {} } }", "properties[a].type: Required value",
		},
		"a rule of unbounded cost": {
			"{ type: array, items: { type: string, x-kubernetes-validations: [{ rule: self.contains(self) }] } }",
			"estimated rule cost exceeds budget",
		},
		"a rule that compares different types": {
			"{ type: object, properties: { a: { type: string } }, x-kubernetes-validations: [{ rule: self.a == 1 }] }",
			"found no matching overload for '_==_'",
		},
		"a format that is not known": {
			"{ type: string, format: hostport }", `unrecognized format "hostport"`,
		},
	}
	for name, each := range cases {
		t.Run(name, func(t *testing.T) { expect(t, definition(each.spec), each.want) })
	}
}

func TestCustomResources(t *testing.T) {
	kind := definition(`{ type: object, required: [name], properties: {
		name: { type: string, maxLength: 5, x-kubernetes-validations: [{ rule: "self != 'odd'", message: not odd }] },
		tags: { type: array, x-kubernetes-list-type: set, items: { type: string } },
		size: { type: integer, default: 1 } } }`)
	cases := map[string]struct{ spec, want string }{
		"a valid object":        {"{ name: ok, tags: [a, b] }", ""},
		"a missing field":       {"{ size: 2 }", "spec.name: Required value"},
		"an unknown field":      {"{ name: a, nam: b }", `unknown field "spec.nam"`},
		"the same field twice":  {"{ name: a, name: b }", `key "name" already set in map`},
		"a wrong type":          {"{ name: a, size: big }", "spec.size: Invalid value"},
		"the same item twice":   {"{ name: a, tags: [b, b] }", "spec.tags[1]: Duplicate value"},
		"what a rule refuses":   {"{ name: odd }", "not odd"},
		"what is longer than 5": {"{ name: longer }", "spec.name: Too long"},
	}
	for name, each := range cases {
		t.Run(name, func(t *testing.T) { expect(t, kind+"---\n"+gate(each.spec), each.want) })
	}
}

func TestOtherObjects(t *testing.T) {
	const role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: a }\n"
	cases := map[string]struct{ text, want string }{
		"a built-in kind":               {role + "rules: [{ apiGroups: [''], resources: [pods], verbs: [get] }]", ""},
		"an unknown field of it":        {role + "rules: [{ verb: [get] }]", `unknown field "rules[0].verb"`},
		"a kind without definition":     {gate("{}"), "no definition of example.org/v1, Kind=Gate is among the files"},
		"a kustomization":               {"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", ""},
		"a fragment that is no object":  {"spec:\n  replicas: 4\n", ""},
		"a built-in kind of no version": {strings.Replace(role, "/v1", "/v9", 1), "no definition of"},
	}
	for name, each := range cases {
		t.Run(name, func(t *testing.T) { expect(t, each.text, each.want) })
	}
}

func TestObjectsInMarkdown(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "definition.yaml"), definition("{ type: object }"))
	write(t, filepath.Join(folder, "README.md"), "```yaml\n"+gate("{ a: 1 }")+"```\n\n"+
		"```sh\nkubectl apply -f - <<EOF\n"+gate("{ b: 1 }")+"EOF\n```\n")

	problems := problemsIn(t, folder)
	if len(problems) != 2 || !strings.Contains(problems[0], "spec.a") || !strings.Contains(problems[1], "spec.b") {
		t.Errorf("got %q, want one problem with spec.a and one with spec.b", problems)
	}
}

// expect fails unless the manifest has one problem that contains the text, or none if the text is empty.
func expect(t *testing.T, manifest, want string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "manifest.yaml")
	write(t, path, manifest)
	problems := strings.Join(problemsIn(t, path), "\n")
	if (want == "") != (problems == "") || !strings.Contains(problems, want) {
		t.Errorf("got %q, want %q", problems, want)
	}
}

func problemsIn(t *testing.T, path string) []string {
	t.Helper()
	documents, err := readDocuments([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	return check(documents)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
