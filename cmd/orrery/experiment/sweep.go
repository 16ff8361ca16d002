package experiment

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/datasets/shard"
	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/eval"
)

// Sweep trains a model for each of many settings, each for the same number of steps, and compares what they reach on
// the episodes that each holds out.
type Sweep struct {
	Settings
	Data     []string // datasets, or scenarios of which data are made, each an axis's value
	Grid     []Axis   // all of whose values are tried with one another
	Draws    []Axis   // from whose ranges Trials values are drawn
	Trials   int      // number of draws; 0 without Draws
	Seeds    []uint64 // of the training, each tried with every setting
	Steps    int      // of every training
	Episodes int      // of the data of a scenario

	Takes func(words []string) error // returns an error for a command line that would be refused; nil takes all
}

// Axis is a flag of orrery train with the values that a sweep tries.
type Axis struct {
	Flag   string   `json:"flag"`
	Values []string `json:"values,omitempty"` // of a grid

	Low   float64 `json:"low,omitempty"`   // in the unit of the flag; of a draw
	High  float64 `json:"high,omitempty"`  // likewise, in the unit of the flag
	Log   bool    `json:"log,omitempty"`   // equally likely by their logarithm
	Whole bool    `json:"whole,omitempty"` // only whole numbers
}

// sweepFlags are the flags of orrery train that a sweep may vary.
var sweepFlags = []string{"model", "width", "rounds", "batch", "rate", "decay", "inner-steps", "stride", "holdout", "contact-order", "ensemble"}

// SweepFlags returns the flags of orrery train that a sweep may vary.
func SweepFlags() []string { return slices.Clone(sweepFlags) }

// ParseGrid reads FLAG=value,value.
func ParseGrid(text string) (Axis, error) {
	flag, values, found := strings.Cut(text, "=")
	a := Axis{Flag: flag, Values: strings.Split(values, ",")}
	if !found || slices.Contains(a.Values, "") {
		return a, fmt.Errorf("%q must be FLAG=value,value", text)
	}
	return a, a.checkFlag()
}

var wholeNumber = regexp.MustCompile(`^\d+$`)

// ParseDraw reads FLAG=low:high or FLAG=low:high:log.
func ParseDraw(text string) (a Axis, err error) {
	flag, values, _ := strings.Cut(text, "=")
	a.Flag = flag
	parts := strings.Split(values, ":")
	a.Log = len(parts) == 3 && parts[2] == "log"
	if len(parts) != 2 && !a.Log {
		return a, fmt.Errorf("%q must be FLAG=low:high or FLAG=low:high:log", text)
	}
	var low, high bool
	a.Low, low = input.ParseNumber(parts[0])
	a.High, high = input.ParseNumber(parts[1])
	if !low || !high || !(a.Low < a.High) || a.Log && !(a.Low > 0) {
		return a, fmt.Errorf("%q: low and high must be numbers, low the smaller one, and above 0 for log", text)
	}
	a.Whole = wholeNumber.MatchString(parts[0]) && wholeNumber.MatchString(parts[1])
	return a, a.checkFlag()
}

func (a *Axis) checkFlag() error {
	if slices.Contains(sweepFlags, a.Flag) {
		return nil
	}
	return input.Unknown("flag of train", a.Flag, sweepFlags)
}

// draw returns the value of a trial.
func (a *Axis) draw(seed uint64, trial int) string {
	u := sim.NewRand(seed, "sweep "+a.Flag, trial).Float64()
	low, high := a.Low, a.High
	if a.Whole {
		high = math.Nextafter(high+1, low)
	}
	v := low + u*(high-low)
	if a.Log {
		v = low * math.Pow(high/low, u)
	}
	if a.Whole {
		v = math.Min(math.Floor(v), a.High)
	}
	return a.value(v)
}

// value writes a value of a draw as a flag takes it.
func (a *Axis) value(v float64) string {
	if a.Whole {
		return strconv.Itoa(int(v))
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// Trial is what came of one training of a sweep. What was not measured is null.
type Trial struct {
	Trial     int               `json:"trial"` // number of it
	Data      string            `json:"data"`  // dataset or scenario
	Flags     map[string]string `json:"flags"` // of orrery train
	Seed      uint64            `json:"seed"`
	Params    eval.Number       `json:"params"`     // number of trained parameters
	HorizonS  eval.Number       `json:"horizon_s"`  // s, at which the error is taken: a second or what the episodes reach
	PositionM eval.Number       `json:"position_m"` // m, mean error at the horizon on the episodes held out
	Lo95      eval.Number       `json:"lo95_m"`     // m, lower end of its 95 % interval
	Hi95      eval.Number       `json:"hi95_m"`     // m, upper end
	EpsilonM  eval.Number       `json:"epsilon_m"`  // m, equivalent measurement error at the horizon
	TrainS    eval.Number       `json:"train_s"`    // s of training
	Model     string            `json:"model"`      // directory, below that of the sweep or of its shard
}

// trials returns all settings, in their order: data, then the grid, then the draws, then seeds.
func (s *Sweep) trials() []Trial {
	var all []Trial
	var grid func(flags map[string]string, axes []Axis, data string)
	grid = func(flags map[string]string, axes []Axis, data string) {
		if len(axes) > 0 {
			for _, value := range axes[0].Values {
				flags[axes[0].Flag] = value
				grid(flags, axes[1:], data)
			}
			return
		}
		for draw := range max(s.Trials, 1) {
			for _, seed := range s.Seeds {
				t := Trial{Trial: len(all), Data: data, Flags: map[string]string{}, Seed: seed}
				for flag, value := range flags {
					t.Flags[flag] = value
				}
				for i := range s.Draws {
					t.Flags[s.Draws[i].Flag] = s.Draws[i].draw(s.Seed, draw)
				}
				all = append(all, t)
			}
		}
	}
	for _, data := range s.Data {
		grid(map[string]string{}, s.Grid, data)
	}
	return all
}

// maxTrials bounds the trials of a sweep.
const maxTrials = 100_000

func (s *Sweep) validate() error {
	seen := map[string]bool{}
	count := float64(len(s.Data) * len(s.Seeds) * max(s.Trials, 1))
	for _, a := range slices.Concat(s.Grid, s.Draws) {
		if seen[a.Flag] {
			return console.Usagef("sweep: flag %s must be varied in one way", a.Flag)
		}
		seen[a.Flag] = true
		count *= float64(max(len(a.Values), 1))
	}
	switch {
	case len(s.Data) == 0 || len(s.Seeds) == 0:
		return console.Usagef("sweep: there must be a dataset or scenario, and a seed")
	case s.Steps < 1:
		return console.Usagef("sweep: --steps is missing: the number of steps of every training")
	case (s.Trials > 0) != (len(s.Draws) > 0):
		return console.Usagef("sweep: --draw and --trials need each other")
	case count > maxTrials:
		return console.Usagef("sweep: %.0f trials must be at most %d", count, maxTrials)
	}
	if err := s.checkFlags(); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return nil
}

// checkFlags returns an error for the first values together that orrery train would refuse, so that none shows after hours.
// Of a draw it tries the ends and one value.
func (s *Sweep) checkFlags() error {
	if s.Takes == nil {
		return nil
	}
	one := *s
	one.Data, one.Seeds, one.Trials = s.Data[:1], s.Seeds[:1], min(s.Trials, 1)
	drawn, all := one.trials(), []Trial(nil)
	for i := range s.Draws {
		for _, end := range []float64{s.Draws[i].Low, s.Draws[i].High} {
			t := Trial{Flags: maps.Clone(drawn[0].Flags), Seed: drawn[0].Seed}
			t.Flags[s.Draws[i].Flag] = s.Draws[i].value(end)
			all = append(all, t)
		}
	}
	all = append(all, drawn...)
	for i := range all {
		if err := s.Takes(s.line(&all[i], s.Data[0])); err != nil {
			return err
		}
	}
	return nil
}

// line returns the command line that trains the model of a trial, without where it is written.
func (s *Sweep) line(t *Trial, data string) []string {
	words := []string{"train", data, "--steps", strconv.Itoa(s.Steps), "--seed", strconv.FormatUint(t.Seed, 10)}
	for _, flag := range sweepFlags {
		if value := t.Flags[flag]; value != "" {
			words = append(words, "--"+flag, value)
		}
	}
	return words
}

// sweepTerms are what the figures of a sweep depend on.
type sweepTerms struct {
	Data     []sweepData `json:"data"`
	Grid     []Axis      `json:"grid,omitempty"`
	Draws    []Axis      `json:"draws,omitempty"`
	Trials   int         `json:"trials"`
	Seeds    []uint64    `json:"seeds"`
	Steps    int         `json:"steps"`
	Episodes int         `json:"episodes"`
	Seed     uint64      `json:"seed"`
}

type sweepData struct {
	Name string `json:"name"`
	Sum  string `json:"sha256,omitempty"` // in hexadecimal, of the provenance of a dataset or of the file of a scenario
}

// dataOf tells data from others: a dataset by its provenance, and a scenario by its name or its file.
func dataOf(data string) (of sweepData, err error) {
	switch {
	case !isScenario(data):
		of.Name = path.Base(filepath.ToSlash(storage.Clean(data)))
		of.Sum, err = provenanceSum(data)
	case library.IsPath(data):
		of.Name = filepath.Base(data)
		of.Sum, err = fileSum(data)
	default:
		of.Name = data
	}
	return of, err
}

// folder returns where data is that a sweep makes of a scenario: files of one name may have different content.
func (d *sweepData) folder() string {
	if d.Sum == "" {
		return storage.Join("data", d.Name)
	}
	return storage.Join("data", fmt.Sprintf("%s-%.12s", strings.TrimSuffix(d.Name, ".scenario.json"), d.Sum))
}

// Work implements Units: each trial is a unit.
func (s *Sweep) Work() (shard.Work, error) {
	if err := s.validate(); err != nil {
		return shard.Work{}, err
	}
	terms := sweepTerms{nil, s.Grid, s.Draws, s.Trials, s.Seeds, s.Steps, s.Episodes, s.Seed}
	for _, data := range s.Data {
		of, err := dataOf(data)
		if err != nil {
			return shard.Work{}, err
		}
		terms.Data = append(terms.Data, of)
	}
	return shard.Work{Command: "sweep", Units: len(s.trials()), Word: "trials", Settings: terms}, nil
}

// isScenario reports whether data are to be made of a scenario, which has a name or is a file.
func isScenario(data string) bool {
	if info, err := storage.Stat(data); err == nil {
		return !info.IsDir()
	}
	return !library.IsPath(data)
}

func (s *Sweep) units() (all []unit, err error) {
	for _, t := range s.trials() {
		var lines []line
		data := line{out: t.Data}
		if isScenario(t.Data) {
			of, err := dataOf(t.Data)
			if err != nil {
				return nil, err
			}
			data = s.gen(of.folder(), t.Data, s.Episodes, s.Seed)
			lines = append(lines, data)
		}
		name := fmt.Sprintf("trial-%d", t.Trial)
		out := storage.Join(s.Dir, name)
		lines = append(lines, line{append(s.line(&t, data.out), "--out", out), out})
		all = append(all, unit{lines, func() (any, error) { err := t.read(out, name); return t, err }})
	}
	return all, nil
}

// Do does all trials, but for those that are there already with Settings.Resume.
func (s *Sweep) Do(ctx context.Context, log io.Writer) ([]Trial, error) {
	if _, err := s.Work(); err != nil {
		return nil, err
	}
	all, err := s.units()
	if err != nil {
		return nil, err
	}
	if err := CheckShard(s, shard.Shard{}); err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	var trials []Trial
	done := map[string]bool{}
	for _, u := range all {
		if err := s.doOnce(ctx, log, u.lines, done); err != nil {
			return nil, fmt.Errorf("sweep: %w", err)
		}
	}
	for _, u := range all {
		t, err := u.figures()
		if err != nil {
			return nil, err
		}
		trials = append(trials, t.(Trial))
	}
	return trials, nil
}

// provenanceSum tells a dataset from others.
func provenanceSum(dir string) (string, error) {
	text, err := storage.ReadFile(storage.Join(dir, filepath.FromSlash(shard.ProvenanceFile)))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s: is no dataset of Orrery, and no scenario", dir)
	}
	return fmt.Sprintf("%x", sha256.Sum256(text)), err
}

// read takes what a trained model reaches.
func (t *Trial) read(dir, name string) error {
	d, err := world.ReadDescription(dir)
	if err != nil {
		return err
	}
	none := eval.Number(math.NaN())
	t.Model, t.TrainS, t.Params = name, eval.Number(d.Training.Seconds), none
	t.HorizonS, t.PositionM, t.Lo95, t.Hi95, t.EpsilonM = none, none, none, none, none
	result, err := eval.ReadScores(dir)
	if err != nil || result == nil {
		return err
	}
	row := result.Row(d.Kind)
	if row == nil {
		return nil
	}
	t.Params = row.Params
	if len(result.HorizonsS) == 0 {
		return nil
	}
	h := result.Headline()
	t.HorizonS, t.PositionM = eval.Number(result.HorizonsS[h]), eval.Number(row.Position.Mean[h])
	t.Lo95, t.Hi95 = eval.Number(row.Position.Lo95[h]), eval.Number(row.Position.Hi95[h])
	if len(row.EpsilonM) > h {
		t.EpsilonM = row.EpsilonM[h]
	}
	return nil
}

// JoinSweep returns the trials of the figures of all units.
func JoinSweep(figures []json.RawMessage) ([]Trial, error) {
	all := make([]Trial, len(figures))
	for i, text := range figures {
		if err := input.DecodeJSONPart(text, &all[i]); err != nil {
			return nil, fmt.Errorf("trial %d: %w", i, err)
		}
	}
	return all, nil
}

// WriteTrials writes a table of trials, those with the smallest error first.
func WriteTrials(out io.Writer, trials []Trial) error {
	order := slices.Clone(trials)
	slices.SortStableFunc(order, func(a, b Trial) int {
		switch x, y := a.PositionM, b.PositionM; {
		case x < y || x.Measured() && !y.Measured():
			return -1
		case y < x || y.Measured() && !x.Measured():
			return 1
		}
		return 0
	})
	return console.Table(out, func(row func(...any)) {
		row("trial", "data", "flags", "seed", "error (mm)", "at (s)", "weights", "training (s)")
		for _, t := range order {
			var flags []string
			for _, flag := range sweepFlags {
				if value := t.Flags[flag]; value != "" {
					flags = append(flags, flag+"="+value)
				}
			}
			off := "–"
			if t.PositionM.Measured() {
				off = fmt.Sprintf("%.4g (%.4g to %.4g)", 1e3*float64(t.PositionM), 1e3*float64(t.Lo95), 1e3*float64(t.Hi95))
			}
			row(t.Trial, filepath.Base(t.Data), strings.Join(flags, " "), t.Seed, off, fmt.Sprintf("%.2g", float64(t.HorizonS)), fmt.Sprintf("%.0f", float64(t.Params)), fmt.Sprintf("%.3g", float64(t.TrainS)))
		}
	})
}
