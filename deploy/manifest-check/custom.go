package main

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Kinds of no Kubernetes module, with the fields that our manifests may use. Pod templates inside
// them are Kubernetes' own types, so every field of theirs is checked.
var customKinds = map[schema.GroupVersionKind]runtime.Object{
	{Group: "nvidia.com", Version: "v1alpha1", Kind: "DynamoGraphDeployment"}: &dynamoGraphDeployment{},
	{Group: "resource.nvidia.com", Version: "v1beta1", Kind: "ComputeDomain"}: &computeDomain{},
	{Group: "monitoring.coreos.com", Version: "v1", Kind: "PodMonitor"}:       &podMonitor{},
}

// dynamoGraphDeployment: a Dynamo graph, served by the Dynamo operator (nvidia.com/v1alpha1).
type dynamoGraphDeployment struct {
	object
	Spec struct {
		BackendFramework string                   `json:"backendFramework,omitempty"`
		Envs             []corev1.EnvVar          `json:"envs,omitempty"`
		Services         map[string]dynamoService `json:"services"`
	} `json:"spec"`
}

type dynamoService struct {
	ComponentType    string          `json:"componentType"`
	SubComponentType string          `json:"subComponentType,omitempty"`
	Replicas         *int32          `json:"replicas,omitempty"`
	EnvFromSecret    *string         `json:"envFromSecret,omitempty"`
	Envs             []corev1.EnvVar `json:"envs,omitempty"`
	Multinode        *struct {
		NodeCount int32 `json:"nodeCount"`
	} `json:"multinode,omitempty"`
	Resources *struct {
		Requests *dynamoResources       `json:"requests,omitempty"`
		Limits   *dynamoResources       `json:"limits,omitempty"`
		Claims   []corev1.ResourceClaim `json:"claims,omitempty"`
	} `json:"resources,omitempty"`
	ExtraPodMetadata *struct {
		Annotations map[string]string `json:"annotations,omitempty"`
		Labels      map[string]string `json:"labels,omitempty"`
	} `json:"extraPodMetadata,omitempty"`
	ExtraPodSpec *struct {
		corev1.PodSpec `json:",inline"`
		MainContainer  *corev1.Container `json:"mainContainer,omitempty"`
	} `json:"extraPodSpec,omitempty"`
}

// dynamoResources: quantities are strings, and GPUs have a field of their own.
type dynamoResources struct {
	CPU    string            `json:"cpu,omitempty"`
	Memory string            `json:"memory,omitempty"`
	GPU    string            `json:"gpu,omitempty"`
	Custom map[string]string `json:"custom,omitempty"`
}

// computeDomain: nodes that share NVLink memory, served by NVIDIA's DRA driver.
type computeDomain struct {
	object
	Spec struct {
		NumNodes int `json:"numNodes"`
		Channel  struct {
			ResourceClaimTemplate struct {
				Name string `json:"name"`
			} `json:"resourceClaimTemplate"`
			AllocationMode string `json:"allocationMode,omitempty"`
		} `json:"channel"`
	} `json:"spec"`
}

// podMonitor: pods that a Prometheus of the Prometheus operator scrapes.
type podMonitor struct {
	object
	Spec struct {
		Selector            metav1.LabelSelector `json:"selector"`
		PodTargetLabels     []string             `json:"podTargetLabels,omitempty"`
		PodMetricsEndpoints []struct {
			Port          string `json:"port"`
			Path          string `json:"path,omitempty"`
			Interval      string `json:"interval,omitempty"`
			ScrapeTimeout string `json:"scrapeTimeout,omitempty"`
		} `json:"podMetricsEndpoints"`
	} `json:"spec"`
}

// object is what every Kubernetes object begins with.
type object struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
}

func (o *dynamoGraphDeployment) DeepCopyObject() runtime.Object { return o }
func (o *computeDomain) DeepCopyObject() runtime.Object         { return o }
func (o *podMonitor) DeepCopyObject() runtime.Object            { return o }
