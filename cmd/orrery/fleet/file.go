package fleet

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"orrery/datasets/storage"
	"orrery/sim/input"
)

// Format is the version of the layout of fleet files.
const Format = 1

// File is what a fleet.yaml says. Its paths are as seen from the folder of the file.
type File struct {
	Format     int        `json:"format" jsonschema_description:"version of this layout, 1"` // number of the layout
	Out        string     `json:"out" jsonschema_description:"folder or s3://bucket/prefix for the results of all stages, each under the name of its stage"`
	Resources  Resources  `json:"resources,omitzero" jsonschema_description:"of each task, unless its stage says otherwise"`
	Retries    *int       `json:"retries,omitempty" jsonschema_description:"how often a task that failed is tried again, 2 by default, unless its stage says otherwise"` // number of attempts after the first
	Slurm      Slurm      `json:"slurm,omitzero" jsonschema_description:"for --on slurm"`
	Kubernetes Kubernetes `json:"kubernetes,omitzero" jsonschema_description:"for --on kubernetes"`
	Ray        Ray        `json:"ray,omitzero" jsonschema_description:"for --on ray"`
	Stages     []Stage    `json:"stages" jsonschema_description:"what is to be done"`

	path string // of the file
}

// Stage is a command line that is done in shards.
type Stage struct {
	Name      string    `json:"name" jsonschema_description:"of the stage and of its result: small letters, digits and -"`
	Run       string    `json:"run" jsonschema_description:"command line without the program's name and without --out; {NAME} is the result of another stage"`
	Shards    int       `json:"shards,omitempty" jsonschema_description:"how many parts it is done in, 1 by default"` // number of parts
	Merge     *bool     `json:"merge,omitempty" jsonschema_description:"false leaves the shards of gen as they are, with a list of them; train takes them"`
	After     []string  `json:"after,omitempty" jsonschema_description:"stages that must be done before, besides those whose results it takes"`
	Resources Resources `json:"resources,omitzero" jsonschema_description:"of each of its tasks"`
	Retries   *int      `json:"retries,omitempty" jsonschema_description:"how often a task that failed is tried again"` // number of attempts after the first
}

// Resources are what a task may use.
type Resources struct {
	Cores  int  `json:"cores,omitempty" jsonschema_description:"processors, 1 by default"`                                                                           // number of processors
	Memory Size `json:"memory,omitempty" jsonschema:"type=string" jsonschema_description:"such as 500MB or 2GB; no limit of ours by default, but 2GB on Kubernetes"` // bytes
	Time   Span `json:"time,omitempty" jsonschema:"type=string" jsonschema_description:"after which a task is ended, such as 30m or 4h; no limit of ours by default"`
}

// Slurm is what only Slurm has to know.
type Slurm struct {
	Partition string   `json:"partition,omitempty" jsonschema_description:"partition to run in"`
	Account   string   `json:"account,omitempty" jsonschema_description:"account to charge"`
	AtOnce    int      `json:"at_once,omitempty" jsonschema_description:"tasks of one stage at the same time, at most"` // number of tasks
	Program   string   `json:"program,omitempty" jsonschema_description:"where orrery is, as nodes see it; by default where it is here"`
	Options   []string `json:"options,omitempty" jsonschema_description:"further options of sbatch, such as --constraint=avx2"`
}

// Ray is what only Ray has to know.
type Ray struct {
	Address string `json:"address,omitempty" jsonschema_description:"of the cluster, such as auto or ray://head:10001; by default what RAY_ADDRESS says, a cluster of this machine, or else one that is started for the run"`
	Program string `json:"program,omitempty" jsonschema_description:"where orrery is, as nodes see it; by default where it is here"`
	Python  string `json:"python,omitempty" jsonschema_description:"the Python here that has the packages orrery and ray; python3 by default"`
}

// Kubernetes is what only Kubernetes has to know.
type Kubernetes struct {
	Image     string `json:"image,omitempty" jsonschema_description:"image of the container, as its Dockerfile builds it"`
	Namespace string `json:"namespace,omitempty" jsonschema_description:"namespace of the jobs"`
	Claim     string `json:"claim,omitempty" jsonschema_description:"PersistentVolumeClaim that all pods can write, which is the folder of the fleet; needless where out is s3://"`
	Secret    string `json:"secret,omitempty" jsonschema_description:"Secret whose keys become the environment"`
	AtOnce    int    `json:"at_once,omitempty" jsonschema_description:"pods of one stage at the same time, at most"` // number of tasks
}

// Bounds of what a file may ask for.
const (
	mostStages  = 1000
	mostShards  = 1_000_000
	mostRetries = 1000
	mostCores   = 4096
)

// usual is what a task may use where nothing is said.
var usual = Resources{Cores: 1}

// usualRetries is how often a task that failed is tried again where nothing is said.
const usualRetries = 2

// Read reads and checks a fleet file.
func Read(path string) (*File, error) {
	text, err := storage.ReadAtMost(path, mostYAML)
	if err != nil {
		return nil, err
	}
	f, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.path = path
	return f, nil
}

// decode reads and checks the text of a fleet file.
func decode(text []byte) (*File, error) {
	f := &File{}
	if err := decodeYAML(text, f); err != nil {
		return nil, err
	}
	return f, f.validate()
}

// Path returns where the file is.
func (f *File) Path() string { return f.path }

// folder returns the folder of the file, from which its paths are seen.
func (f *File) folder() string { return filepath.Dir(f.path) }

var stageName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// validate returns the first mistake in the file.
func (f *File) validate() error {
	switch {
	case f.Format != Format:
		return fmt.Errorf("format: %d must be %d", f.Format, Format)
	case strings.TrimSpace(f.Out) == "":
		return fmt.Errorf("out: %q must be a folder", f.Out)
	case strings.Contains(f.Out, "://") && !storage.Remote(f.Out):
		return fmt.Errorf("out: %q must be a folder or s3://bucket/prefix", f.Out)
	case len(f.Stages) == 0 || len(f.Stages) > mostStages:
		return fmt.Errorf("stages: %d must be from 1 to %d", len(f.Stages), mostStages)
	case f.Slurm.AtOnce < 0:
		return fmt.Errorf("slurm.at_once: %d must be ≥ 1", f.Slurm.AtOnce)
	case f.Kubernetes.AtOnce < 0:
		return fmt.Errorf("kubernetes.at_once: %d must be ≥ 1", f.Kubernetes.AtOnce)
	}
	if err := checkAttempt("", f.Resources, f.Retries); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range f.Stages {
		s := &f.Stages[i]
		place := fmt.Sprintf("stages[%d]", i)
		switch {
		case !stageName.MatchString(s.Name):
			return fmt.Errorf("%s.name: %q must be up to 40 small letters, digits and -, the first and the last of which is no -", place, s.Name)
		case seen[s.Name]:
			return fmt.Errorf("%s.name: there are two stages %q", place, s.Name)
		case s.Shards < 0 || s.Shards > mostShards:
			return fmt.Errorf("stage %s: shards: %d must be from 1 to %d", s.Name, s.Shards, mostShards)
		}
		seen[s.Name] = true
		if err := checkAttempt("stage "+s.Name+": ", s.Resources, s.Retries); err != nil {
			return err
		}
		if i := slices.Index(s.After, s.Name); i >= 0 {
			return fmt.Errorf("stage %s: after: it cannot come after itself", s.Name)
		}
	}
	for i := range f.Stages {
		for _, name := range f.Stages[i].After {
			if !seen[name] {
				return fmt.Errorf("stage %s: after: %w", f.Stages[i].Name, input.Unknown("stage", name, f.names()))
			}
		}
	}
	return nil
}

// checkAttempt checks what a task may use, and how often it is tried; place begins the error.
func checkAttempt(place string, r Resources, retries *int) error {
	switch {
	case r.Cores < 0 || r.Cores > mostCores:
		return fmt.Errorf("%sresources.cores: %d must be from 1 to %d", place, r.Cores, mostCores)
	case retries != nil && (*retries < 0 || *retries > mostRetries):
		return fmt.Errorf("%sretries: %d must be from 0 to %d", place, *retries, mostRetries)
	}
	return nil
}

// names returns the names of the stages in the order of the file.
func (f *File) names() []string {
	var names []string
	for _, s := range f.Stages {
		names = append(names, s.Name)
	}
	return names
}

// resources returns what each task of a stage may use.
func (f *File) resources(s *Stage) Resources {
	return Resources{
		Cores:  cmp.Or(s.Resources.Cores, f.Resources.Cores, usual.Cores),
		Memory: cmp.Or(s.Resources.Memory, f.Resources.Memory),
		Time:   cmp.Or(s.Resources.Time, f.Resources.Time),
	}
}

// retries returns how often a task of a stage that failed is tried again.
func (f *File) retries(s *Stage) int {
	for _, n := range []*int{s.Retries, f.Retries} {
		if n != nil {
			return *n
		}
	}
	return usualRetries
}
