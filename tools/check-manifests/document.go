package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// document is one YAML document that holds a Kubernetes object.
type document struct {
	path string
	kind schema.GroupVersionKind
	name string
	yaml []byte
}

// String says where the object is, as problems begin with it.
func (d document) String() string {
	return fmt.Sprintf("%s: %s %s", d.path, d.kind.Kind, d.name)
}

// isMarkdown tells whether the object is quoted in a text. There, objects of kinds that this program has no
// definition of are none of its business.
func (d document) isMarkdown() bool {
	return strings.HasSuffix(d.path, ".md")
}

// readDocuments finds every object in the files and folders.
func readDocuments(paths []string) ([]document, error) {
	var documents []document
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			found, err := readFile(path)
			documents = append(documents, found...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return documents, nil
}

func readFile(path string) ([]document, error) {
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return splitYAML(path, text)
	case ".md":
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return documentsInMarkdown(path, text)
	default:
		return nil, nil
	}
}

var (
	yamlFence = regexp.MustCompile("(?ms)^[ \t]*```ya?ml\n(.*?)^[ \t]*```")
	heredoc   = regexp.MustCompile(`(?ms)<<'?EOF'?\n(.*?)^EOF$`)
)

// documentsInMarkdown finds the objects in code blocks: YAML, or a here-document that a shell command reads.
func documentsInMarkdown(path string, text []byte) ([]document, error) {
	var documents []document
	for _, pattern := range []*regexp.Regexp{yamlFence, heredoc} {
		for _, match := range pattern.FindAllSubmatch(text, -1) {
			found, err := splitYAML(path, match[1])
			if err != nil {
				return nil, err
			}
			documents = append(documents, found...)
		}
	}
	return documents, nil
}

// splitYAML returns the documents of a stream that say which object they are; fragments do not.
func splitYAML(path string, stream []byte) ([]document, error) {
	var documents []document
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream)))
	for {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		var object metav1.PartialObjectMetadata
		if err := yaml.Unmarshal(text, &object); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if object.APIVersion == "" || object.Kind == "" {
			continue
		}
		documents = append(documents, document{path, object.GroupVersionKind(), object.Name, text})
	}
}
