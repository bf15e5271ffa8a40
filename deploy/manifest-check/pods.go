package main

import (
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

var restricted = api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}

// podProblems checks the pod of an object, if it has one, by the restricted standard.
func podProblems(object runtime.Object) (problems []string) {
	var metadata *metav1.ObjectMeta
	var spec *corev1.PodSpec
	switch typed := object.(type) {
	case *corev1.Pod:
		metadata, spec = &typed.ObjectMeta, &typed.Spec
	case *batchv1.Job:
		metadata, spec = &typed.Spec.Template.ObjectMeta, &typed.Spec.Template.Spec
	default:
		return nil
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	if err != nil {
		panic(err)
	}
	for _, result := range evaluator.EvaluatePod(restricted, metadata, spec) {
		if !result.Allowed {
			problems = append(problems, result.ForbiddenReason+": "+result.ForbiddenDetail)
		}
	}
	return problems
}
