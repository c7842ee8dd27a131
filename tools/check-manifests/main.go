// Command check-manifests validates manifests with the code that the Kubernetes API server itself runs when it admits
// them. It prints one line for each problem and exits with 1 if there is any.
//
//	go run . ../../crds ../../deploy ../../examples ../../README.md
//
// Folders are searched for YAML and Markdown files. Custom resources are checked against the definitions among the
// given files, wherever those are.
package main

import (
	"fmt"
	"os"
)

func main() {
	documents, err := readDocuments(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	problems := check(documents)
	for _, problem := range problems {
		fmt.Println(problem)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
	fmt.Printf("The API server's validation accepts all %d objects.\n", len(documents))
}
