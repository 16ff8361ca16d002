package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"orrery/datasets/shard"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

// work is how a command becomes the tasks of a stage.
type work struct {
	splits bool   // into shards
	direct bool   // where there is one shard alone, it writes the result itself
	whole  string // file of a result that comes last
	shard  string // file of a shard that comes last
	learns bool   // and the number of workers decides the order of its sums
	each   string // flag with as many at once as a task has cores, besides --workers
}

// works are the commands that a stage may run.
var works = map[string]work{
	"gen":      {splits: true, direct: true, whole: shard.DatasetFile, shard: shard.DatasetFile},
	"train":    {learns: true, direct: true, whole: "model.safetensors"},
	"eval":     {splits: true, whole: "metrics.json", shard: shard.HeadFile},
	"plan":     {splits: true, whole: "result.json", shard: shard.HeadFile, each: "--abreast"},
	"tasks":    {learns: true, splits: true, whole: "tasks.json", shard: shard.HeadFile},
	"accuracy": {learns: true, splits: true, whole: "accuracy.json", shard: shard.HeadFile},
	"sweep":    {learns: true, splits: true, whole: "sweep.json", shard: shard.HeadFile},
}

// reserved are the flags that a fleet gives its commands itself.
var reserved = []string{"--out", "--shard", "--resume", "--force", "--workers", "--abreast", "--json"}

// Step is a stage whose command line is read and whose place among the others is known.
type Step struct {
	*Stage
	Of        int      // number of shards
	Needs     []string // stages that must be done before, in the order of the file
	Resources Resources
	Retries   int // number of attempts after the first

	work     work
	words    []string
	identity string // SHA-256 in hexadecimal of what decides the result
}

// Plan is a fleet file with its stages in an order in which they can be done.
type Plan struct {
	*File
	Steps []*Step
}

// NewPlan orders the stages of a file. Check returns an error for a command line that the
// program does not take; it may be nil.
func NewPlan(f *File, check func(words []string) error) (*Plan, error) {
	p := &Plan{File: f}
	for i := range f.Stages {
		s := &f.Stages[i]
		step, err := f.step(s)
		if err != nil {
			return nil, fmt.Errorf("%s: stage %s: %w", f.path, s.Name, err)
		}
		p.Steps = append(p.Steps, step)
	}
	for _, s := range p.Steps {
		err := p.checkListed(s)
		if err == nil && check != nil {
			err = check(p.asSeen(s))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: stage %s: %w", f.path, s.Name, err)
		}
	}
	if err := p.order(); err != nil {
		return nil, fmt.Errorf("%s: %w", f.path, err)
	}
	for _, s := range p.Steps {
		if err := p.identify(s); err != nil {
			return nil, fmt.Errorf("%s: stage %s: %w", f.path, s.Name, err)
		}
	}
	return p, nil
}

// reference is the result of a stage in a command line.
var reference = regexp.MustCompile(`\{([^{}]*)\}`)

// step reads the command line of a stage.
func (f *File) step(s *Stage) (*Step, error) {
	words, err := splitWords(s.Run)
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	if len(words) == 0 {
		return nil, errors.New("run: there is no command")
	}
	known := slices.Sorted(maps.Keys(works))
	w, ok := works[words[0]]
	if !ok {
		return nil, fmt.Errorf("run: %w", input.Unknown("command", words[0], known))
	}
	for _, word := range words {
		flag, _, _ := strings.Cut(word, "=")
		if slices.Contains(reserved, flag) {
			return nil, fmt.Errorf("run: %s is given by the fleet itself", flag)
		}
	}
	step := &Step{Stage: s, Of: max(1, s.Shards), Resources: f.resources(s), Retries: f.retries(s), work: w, words: words}
	if step.Of > 1 && !w.splits {
		return nil, fmt.Errorf("shards: %d must be 1, for %s is not done in parts", s.Shards, words[0])
	}
	needs := slices.Clone(s.After)
	for _, word := range words {
		for _, match := range reference.FindAllStringSubmatch(word, -1) {
			switch name := match[1]; {
			case name == s.Name:
				return nil, fmt.Errorf("run: {%s} is its own result", name)
			case !slices.Contains(f.names(), name):
				return nil, fmt.Errorf("run: %w", input.Unknown("stage", name, f.names()))
			default:
				needs = append(needs, name)
			}
		}
	}
	for _, name := range f.names() {
		if slices.Contains(needs, name) {
			step.Needs = append(step.Needs, name)
		}
	}
	return step, nil
}

// order puts each step behind those that it needs, and otherwise keeps the order of the file.
func (p *Plan) order() error {
	var ordered []*Step
	done := map[string]bool{}
	for len(ordered) < len(p.Steps) {
		next := slices.IndexFunc(p.Steps, func(s *Step) bool {
			return !done[s.Name] && !slices.ContainsFunc(s.Needs, func(name string) bool { return !done[name] })
		})
		if next < 0 {
			var left []string
			for _, s := range p.Steps {
				if !done[s.Name] {
					left = append(left, s.Name)
				}
			}
			return fmt.Errorf("stages %s: each waits for another one of them", strings.Join(left, ", "))
		}
		ordered = append(ordered, p.Steps[next])
		done[p.Steps[next].Name] = true
	}
	p.Steps = ordered
	return nil
}

// Find returns the step of a stage.
func (p *Plan) Find(name string) (*Step, error) {
	for _, s := range p.Steps {
		if s.Name == name {
			return s, nil
		}
	}
	return nil, input.Unknown("stage", name, p.names())
}

// identify sets the identity of a step, those of whose needs must be known: its command line,
// with the identities of other stages in place of their results, and the content of the files
// that it names.
func (p *Plan) identify(s *Step) error {
	var parts []string
	for _, word := range s.words {
		parts = append(parts, reference.ReplaceAllStringFunc(word, func(match string) string {
			other, err := p.Find(match[1 : len(match)-1])
			if err != nil {
				panic(err) // step has looked
			}
			return "{" + other.identity + "}"
		}))
		_, value, _ := strings.Cut(word, "=")
		for _, name := range []string{word, value} {
			sum, err := p.sumOf(name)
			if err != nil {
				return err
			}
			if sum != "" {
				parts = append(parts, sum)
			}
		}
	}
	for _, name := range s.After {
		other, err := p.Find(name)
		if err != nil {
			return err
		}
		parts = append(parts, "after "+other.identity)
	}
	if s.work.learns {
		parts = append(parts, fmt.Sprintf("%d workers", s.Resources.Cores)) // which decide the order of sums
	}
	text, err := json.Marshal(parts)
	if err != nil {
		return err
	}
	if s.listed() {
		text = fmt.Appendf(text, "in %d shards", s.Of)
	}
	sum := sha256.Sum256(text)
	s.identity = hex.EncodeToString(sum[:])
	return nil
}

// sumOf returns the SHA-256 in hexadecimal of a file that a word names, or nothing where it
// names none.
func (p *Plan) sumOf(word string) (string, error) {
	if word == "" {
		return "", nil
	}
	name := p.at(word)
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return "", nil
	}
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrPermission) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	return storage.Sum(context.Background(), file, nil)
}

// at returns where something is that is seen from the folder of the file.
func (p *Plan) at(name string) string {
	if filepath.IsAbs(name) || storage.Remote(name) {
		return name
	}
	return filepath.Join(p.folder(), name)
}

// Result returns where the result of a step is, as seen from the folder of the file.
func (p *Plan) Result(s *Step) string { return storage.Join(p.Out, s.Name) }

// asSeen returns the command line of a step with the paths of other stages' results.
func (p *Plan) asSeen(s *Step) []string {
	var words []string
	for _, word := range s.words {
		if name, ok := strings.CutPrefix(word, "{"); ok {
			if other, err := p.Find(strings.TrimSuffix(name, "}")); err == nil && other.listed() {
				for i := range other.Of {
					words = append(words, p.shard(other, i))
				}
				continue
			}
		}
		words = append(words, reference.ReplaceAllStringFunc(word, func(match string) string { return storage.Join(p.Out, match[1:len(match)-1]) }))
	}
	return words
}

// Merge is the number of the task that puts the shards of a step together.
const Merge = -1

// Tasks returns the numbers of the tasks of a step: those of its shards, and Merge where they
// have to be put together.
func (s *Step) Tasks() []int {
	var tasks []int
	for i := range s.Of {
		tasks = append(tasks, i)
	}
	if s.merges() {
		tasks = append(tasks, Merge)
	}
	return tasks
}

// merges reports whether the result of a step is put together of its shards.
func (s *Step) merges() bool { return s.Of > 1 || !s.work.direct || s.listed() }

// last returns the file of the result that comes last, with slashes.
func (s *Step) last() string {
	if s.listed() {
		return manifestFile
	}
	return s.work.whole
}

// shard returns where a shard of a step is, as seen from the folder of the file.
func (p *Plan) shard(s *Step, index int) string {
	if s.listed() {
		return storage.Join(p.Result(s), pieceName(index))
	}
	if storage.Remote(p.Out) { // a machine may still have on its disk what it began before the stage was begun anew
		return storage.Join(p.state(s), shardFolder, s.identity[:8], pieceName(index))
	}
	return storage.Join(p.state(s), shardFolder, pieceName(index))
}

// line returns the command line of a task, as it is run in the folder of the file. There is none for a
// list of shards.
func (p *Plan) line(s *Step, task int) []string {
	cores := strconv.Itoa(s.Resources.Cores)
	if task == Merge {
		words := []string{"merge", "--out", p.Result(s), "--resume"}
		for i := range s.Of {
			words = append(words, p.shard(s, i))
		}
		return words
	}
	words := append(p.asSeen(s), "--workers", cores)
	if s.work.each != "" {
		words = append(words, s.work.each, cores)
	}
	if s.merges() {
		return append(words, "--shard", fmt.Sprintf("%d/%d", task, s.Of), "--out", p.shard(s, task), "--resume")
	}
	return append(words, "--out", p.Result(s), "--resume")
}
