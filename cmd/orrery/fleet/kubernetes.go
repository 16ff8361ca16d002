package fleet

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"orrery/datasets/storage"
)

// What the container of the Dockerfile is made for: its user, and the folder of the fleet.
const (
	podUser   = 65532
	podFolder = "/fleet"
	podImage  = "orrery:latest"
)

// What stands in the manifests where the file says nothing.
const (
	podMemory  = Size(2e9)
	mostPods   = 1000      // of a stage at the same time
	keptFor    = 24 * 3600 // s, that jobs which have ended stay to be looked at
	graceLimit = 60        // s, more than a task gives itself
)

// tree is a part of a manifest, with its keys in their order.
type tree []branch

type branch struct {
	key   string
	value any
}

// MarshalYAML returns the mapping.
func (t tree) MarshalYAML() (any, error) {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for _, b := range t {
		value := &yaml.Node{}
		if err := value.Encode(b.value); err != nil {
			return nil, err
		}
		node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: b.key}, value)
	}
	return node, nil
}

// objects returns the manifests of a fleet for Kubernetes: the ConfigMap with its file, and for each
// stage an Indexed Job with a pod for each shard, and a Job that merges them.
func (p *Plan) objects() (config []byte, jobs []podJob, err error) {
	text, err := os.ReadFile(p.path)
	if err != nil {
		return nil, nil, err
	}
	config, err = manifest(p.head("v1", "ConfigMap", p.configName(), ""), tree{
		{"immutable", false}, {"data", tree{{"fleet.yaml", string(text)}}},
	})
	for _, s := range p.Steps {
		for _, merges := range []bool{false, true} {
			if err != nil {
				return nil, nil, err
			}
			if merges && !s.merges() {
				continue
			}
			j := podJob{name: p.jobName(s, merges), step: s, merges: merges}
			j.manifest, err = p.job(s, j)
			jobs = append(jobs, j)
		}
	}
	return config, jobs, err
}

// podJob is the manifest of a job.
type podJob struct {
	name     string
	step     *Step
	merges   bool // the shards of its stage, which must have been made
	manifest []byte
}

func manifest(parts ...tree) ([]byte, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(slices.Concat(parts...)); err != nil {
		return nil, err
	}
	return text.Bytes(), encoder.Close()
}

// head begins an object of the fleet.
func (p *Plan) head(version, kind, name, stage string) tree {
	labels := tree{{"app.kubernetes.io/name", "orrery"}, {"orrery/fleet", p.configName()}}
	if stage != "" {
		labels = append(labels, branch{"orrery/stage", stage})
	}
	about := tree{{"name", name}}
	if p.Kubernetes.Namespace != "" {
		about = append(about, branch{"namespace", p.Kubernetes.Namespace})
	}
	return tree{{"apiVersion", version}, {"kind", kind}, {"metadata", append(about, branch{"labels", labels})}}
}

// configName and jobName tell fleets and their versions apart by what decides their results.
func (p *Plan) configName() string {
	return "orrery-" + p.Steps[len(p.Steps)-1].identity[:10]
}

func (p *Plan) jobName(s *Step, merges bool) string {
	name := "orrery-" + s.Name + "-" + s.identity[:6]
	if merges {
		name += "-merge"
	}
	return name
}

// job returns the manifest of a job.
func (p *Plan) job(s *Step, j podJob) ([]byte, error) {
	shards, task := s.Of, "auto"
	if j.merges {
		shards, task = 1, TaskName(Merge)
	}
	spec := tree{
		{"completionMode", "Indexed"},
		{"completions", shards},
		{"parallelism", min(shards, atOnce(p.Kubernetes.AtOnce))},
		{"backoffLimitPerIndex", s.Retries},
		{"podFailurePolicy", tree{{"rules", []tree{
			{{"action", "Ignore"}, {"onPodConditions", []tree{{{"type", "DisruptionTarget"}, {"status", "True"}}}}}, // the node went, which is no failure
			{{"action", "FailIndex"}, {"onExitCodes", tree{{"containerName", "orrery"}, {"operator", "In"}, {"values", []int{Hopeless}}}}},
		}}}},
		{"ttlSecondsAfterFinished", keptFor},
		{"template", tree{
			{"metadata", tree{{"labels", tree{{"app.kubernetes.io/name", "orrery"}, {"orrery/stage", s.Name}}}}},
			{"spec", p.pod(s, task)},
		}},
	}
	return manifest(p.head("batch/v1", "Job", j.name, s.Name), tree{{"spec", spec}})
}

func atOnce(n int) int {
	if n == 0 {
		return mostPods
	}
	return n
}

// pod returns what runs a task: without root, without rights, on a root that cannot be written.
func (p *Plan) pod(s *Step, task string) tree {
	memory := s.Resources.Memory
	if memory == 0 {
		memory = podMemory
	}
	amounts := tree{{"cpu", strconv.Itoa(s.Resources.Cores)}, {"memory", strconv.FormatInt(memory.megabytes(), 10) + "Mi"}}
	image := p.Kubernetes.Image
	if image == "" {
		image = podImage
	}
	container := tree{
		{"name", "orrery"},
		{"image", image},
		{"command", []string{"/orrery"}},
		{"args", []string{"fleet", "work", "fleet.yaml", s.Name, task, "--begin"}},
		{"workingDir", podFolder},
		{"env", []tree{{{"name", "HOME"}, {"value", "/tmp"}}}},
	}
	if p.Kubernetes.Secret != "" {
		container = append(container, branch{"envFrom", []tree{{{"secretRef", tree{{"name", p.Kubernetes.Secret}}}}}})
	}
	container = append(container, tree{
		{"resources", tree{{"requests", amounts}, {"limits", amounts}}},
		{"securityContext", tree{
			{"readOnlyRootFilesystem", true}, {"allowPrivilegeEscalation", false}, {"capabilities", tree{{"drop", []string{"ALL"}}}},
		}},
		{"volumeMounts", []tree{
			{{"name", "fleet"}, {"mountPath", podFolder}},
			{{"name", "file"}, {"mountPath", podFolder + "/fleet.yaml"}, {"subPath", "fleet.yaml"}, {"readOnly", true}},
			{{"name", "tmp"}, {"mountPath", "/tmp"}},
		}},
	}...)
	folder := tree{{"name", "fleet"}, {"persistentVolumeClaim", tree{{"claimName", p.Kubernetes.Claim}}}}
	if p.Kubernetes.Claim == "" { // the results are in an object store
		folder = tree{{"name", "fleet"}, {"emptyDir", tree{}}}
	}
	pod := tree{
		{"restartPolicy", "Never"},
		{"automountServiceAccountToken", false},
		{"enableServiceLinks", false},
		{"securityContext", tree{
			{"runAsNonRoot", true}, {"runAsUser", podUser}, {"runAsGroup", podUser}, {"fsGroup", podUser},
			{"seccompProfile", tree{{"type", "RuntimeDefault"}}},
		}},
		{"containers", []tree{container}},
		{"volumes", []tree{folder, {{"name", "file"}, {"configMap", tree{{"name", p.configName()}}}}, {{"name", "tmp"}, {"emptyDir", tree{}}}}},
	}
	if s.Resources.Time > 0 {
		limit := int64(time.Duration(s.Resources.Time)/time.Second) + graceLimit
		pod = append(tree{{"activeDeadlineSeconds", limit}}, pod...)
	}
	return pod
}

// checkKubernetes returns what is missing for pods to share the results.
func (p *Plan) checkKubernetes() error {
	switch {
	case storage.Remote(p.Out):
		return nil
	case p.Kubernetes.Claim == "":
		return fmt.Errorf("%s: kubernetes.claim must name a PersistentVolumeClaim that all pods can write, or out an s3://bucket/prefix", p.path)
	case filepath.IsAbs(p.Out):
		return fmt.Errorf("%s: out: %q must be below the folder of the file, which is %s in the pods", p.path, p.Out, podFolder)
	}
	return nil
}

// WriteObjects writes the manifests to files of a folder: kubectl apply -f takes those of a stage when those before
// have succeeded.
func (p *Plan) WriteObjects(write func(name string, content []byte) error) error {
	if err := p.checkKubernetes(); err != nil {
		return err
	}
	config, jobs, err := p.objects()
	if err != nil {
		return err
	}
	if err := write("00-config.yaml", config); err != nil {
		return err
	}
	for i, j := range jobs {
		name := fmt.Sprintf("%02d-%s", i+1, j.step.Name)
		if j.merges {
			name += "-merge"
		}
		if err := write(name+".yaml", j.manifest); err != nil {
			return err
		}
	}
	return nil
}
