package manifests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

// TestManifestsAreOfKubernetes decodes every manifest into the type that it says it has. A key that the type
// does not have, or one of another kind, is an error.
func TestManifestsAreOfKubernetes(t *testing.T) {
	paths, err := filepath.Glob("*.yaml")
	if err != nil || len(paths) != 4 {
		t.Fatalf("%v, %v", paths, err)
	}
	config := ""
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(path, "config") {
			var c core.ConfigMap
			if err := yaml.UnmarshalStrict(text, &c); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			checkMeta(t, path, c.TypeMeta, c.ObjectMeta, "v1", "ConfigMap")
			if config = c.Name; !strings.HasPrefix(c.Data["fleet.yaml"], "format: 1\n") {
				t.Errorf("%s has no fleet file", path)
			}
			continue
		}
		var job batch.Job
		if err := yaml.UnmarshalStrict(text, &job); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		checkMeta(t, path, job.TypeMeta, job.ObjectMeta, "batch/v1", "Job")
		checkJob(t, path, &job, config)
	}
	wrong := []byte("apiVersion: batch/v1\nkind: Job\nspec: {backoffLimitPerIndexes: 3}\n")
	if err := yaml.UnmarshalStrict(wrong, &batch.Job{}); err == nil {
		t.Error("a key that jobs do not have is taken")
	}
}

func checkMeta(t *testing.T, path string, kind meta.TypeMeta, about meta.ObjectMeta, version, want string) {
	t.Helper()
	if kind.APIVersion != version || kind.Kind != want {
		t.Errorf("%s is %s of %s", path, kind.Kind, kind.APIVersion)
	}
	if wrong := validation.IsDNS1123Label(about.Name); wrong != nil {
		t.Errorf("%s: name %s: %v", path, about.Name, wrong)
	}
	for key, value := range about.Labels {
		if wrong := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...); len(wrong) > 0 {
			t.Errorf("%s: label %s=%s: %v", path, key, value, wrong)
		}
	}
}

// checkJob holds a job against rules of the server that its type does not show.
func checkJob(t *testing.T, path string, job *batch.Job, config string) {
	t.Helper()
	s, pod := job.Spec, job.Spec.Template.Spec
	if s.CompletionMode == nil || *s.CompletionMode != batch.IndexedCompletion || s.Completions == nil || s.BackoffLimitPerIndex == nil || *s.BackoffLimitPerIndex != 4 {
		t.Errorf("%s is not indexed, or has no limit of failures for each index", path)
	}
	if pod.RestartPolicy != core.RestartPolicyNever {
		t.Errorf("%s: restartPolicy %s must be Never, for backoffLimitPerIndex and podFailurePolicy", path, pod.RestartPolicy)
	}
	for i, rule := range s.PodFailurePolicy.Rules {
		if (rule.OnExitCodes == nil) == (len(rule.OnPodConditions) == 0) {
			t.Errorf("%s: rule %d needs exit codes or conditions", path, i)
		}
		if rule.OnExitCodes != nil && *rule.OnExitCodes.ContainerName != pod.Containers[0].Name {
			t.Errorf("%s: rule %d is for a container that is not there", path, i)
		}
	}
	if u := pod.SecurityContext; !*u.RunAsNonRoot || *u.RunAsUser == 0 || u.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault || *pod.AutomountServiceAccountToken {
		t.Errorf("%s: the pod has more rights than it needs: %+v", path, u)
	}
	c := pod.Containers[0]
	if u := c.SecurityContext; !*u.ReadOnlyRootFilesystem || *u.AllowPrivilegeEscalation || len(u.Capabilities.Drop) != 1 || u.Capabilities.Drop[0] != "ALL" {
		t.Errorf("%s: the container has more rights than it needs: %+v", path, u)
	}
	for _, name := range []core.ResourceName{core.ResourceCPU, core.ResourceMemory} {
		request, limit := c.Resources.Requests[name], c.Resources.Limits[name]
		if request.IsZero() || request.Cmp(limit) != 0 {
			t.Errorf("%s: %s of %v at least and %v at most", path, name, request, limit)
		}
	}
	volumes := map[string]core.Volume{}
	for _, v := range pod.Volumes {
		volumes[v.Name] = v
	}
	for _, m := range c.VolumeMounts {
		if _, ok := volumes[m.Name]; !ok {
			t.Errorf("%s: there is no volume %s", path, m.Name)
		}
	}
	if v := volumes["file"]; v.ConfigMap == nil || v.ConfigMap.Name != config {
		t.Errorf("%s takes its file from %+v, not from %s", path, v, config)
	}
}
