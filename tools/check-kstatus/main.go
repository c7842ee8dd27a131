// Command check-kstatus has kstatus, the library with which Flux waits, read recorded objects. It prints one line for
// each object that it reads otherwise than the file says, and exits with 1 if there is any.
//
//	go run . states.yaml
package main

import (
	"fmt"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// state is a recorded object and the status that kstatus has to compute for it.
type state struct {
	Name    string         `json:"name"`
	Kstatus status.Status  `json:"kstatus"`
	Object  map[string]any `json:"object"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run . FILE")
		os.Exit(2)
	}
	states, err := readStates(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	problems := check(states)
	for _, problem := range problems {
		fmt.Println(problem)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
	fmt.Printf("kstatus reads all %d recorded objects as expected.\n", len(states))
}

func readStates(path string) ([]state, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var states []state
	if err := yaml.UnmarshalStrict(text, &states); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return states, nil
}

// check returns one line for each object whose status is not the expected one.
func check(states []state) []string {
	var problems []string
	if len(states) == 0 {
		problems = append(problems, "there are no recorded objects")
	}
	for _, each := range states {
		got, err := compute(each.Object)
		switch {
		case err != nil:
			problems = append(problems, fmt.Sprintf("%s: %v", each.Name, err))
		case got.Status != each.Kstatus:
			problems = append(problems, fmt.Sprintf("%s: kstatus is %s, not %s: %s", each.Name, got.Status, each.Kstatus, got.Message))
		}
	}
	return problems
}

// compute decodes the object as a client of the API server does, which makes integers of its whole numbers.
func compute(object map[string]any) (*status.Result, error) {
	text, err := yaml.Marshal(object)
	if err != nil {
		return nil, err
	}
	json, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	decoded := &unstructured.Unstructured{}
	if err := decoded.UnmarshalJSON(json); err != nil {
		return nil, err
	}
	return status.Compute(decoded)
}
