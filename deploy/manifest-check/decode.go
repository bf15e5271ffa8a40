package main

import (
	"encoding/json"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/yaml"
)

var strict = decoder()

func decoder() runtime.Decoder {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, batchv1.AddToScheme, networkingv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	for kind, object := range customKinds {
		scheme.AddKnownTypeWithName(kind, object)
	}
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}

// decode reads one document strictly. The value it returns is the document as written.
func decode(text []byte) (value any, problems []string) {
	typed, kind, err := strict.Decode(text, nil, nil)
	name := nameOf(text, kind)
	if err != nil {
		problems = append(problems, fmt.Sprintf("%s: %v", name, err))
	}
	for _, problem := range podProblems(typed) {
		problems = append(problems, fmt.Sprintf("%s: %s", name, problem))
	}
	asJSON, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, append(problems, fmt.Sprintf("%s: %v", name, err))
	}
	if err := json.Unmarshal(asJSON, &value); err != nil {
		problems = append(problems, fmt.Sprintf("%s: %v", name, err))
	}
	return value, problems
}

func nameOf(text []byte, kind *schema.GroupVersionKind) string {
	var object unstructured.Unstructured
	if err := yaml.Unmarshal(text, &object.Object); err != nil || kind == nil {
		return "document"
	}
	return kind.Kind + "/" + object.GetName()
}
