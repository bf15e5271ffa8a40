package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// documentsAt gives the YAML texts of a file, or of what kustomize builds from a directory.
func documentsAt(path string) ([][]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var text []byte
	if info.IsDir() {
		built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), path)
		if err != nil {
			return nil, err
		}
		if text, err = built.AsYaml(); err != nil {
			return nil, err
		}
	} else if text, err = os.ReadFile(path); err != nil {
		return nil, err
	}
	return split(text)
}

// split cuts a YAML stream into its documents, leaving out those that hold only comments.
func split(text []byte) ([][]byte, error) {
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	var found [][]byte
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		value, err := yaml.ToJSON(document)
		if err != nil {
			return nil, err
		}
		if string(bytes.TrimSpace(value)) != "null" {
			found = append(found, document)
		}
	}
}
