// Command check reads Kubernetes manifests as the API server would and prints them as JSON.
//
//	check PATH...
//
// A PATH is a kustomize directory, which is built, or a YAML file. Every document is decoded
// strictly into the Go types of the API it names: an unknown field, a field given twice and a value
// of the wrong type are problems. Pods and pod templates of Jobs are also checked by the "restricted"
// pod security standard. Standard output gets one JSON object, path to documents; problems go to
// standard error, one line each, and the exit code is 1 if there are any.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	documents := map[string][]any{}
	failed := false
	for _, path := range os.Args[1:] {
		texts, err := documentsAt(path)
		if err != nil {
			fmt.Fprintf(os.Stderr, "Cannot build %q: %v\n", path, err)
			os.Exit(1)
		}
		for _, text := range texts {
			object, problems := decode(text)
			for _, problem := range problems {
				fmt.Fprintf(os.Stderr, "%s: %s\n", path, problem)
				failed = true
			}
			documents[path] = append(documents[path], object)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(documents); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if failed {
		os.Exit(1)
	}
}
