package open

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/datasets"
	"orrery/datasets/generate"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world/choose"
	"orrery/world/flight"
)

// driver returns a session of push and what drives a demonstration there, which is kept.
func driver(t *testing.T, k session.Keeper) (*session.Session, func()) {
	t.Helper()
	s := session.New(jobs.InTick, nil)
	s.SetModels([]choose.Candidate{{Name: "ballistic", Model: flight.Ballistic()}})
	push, err := library.Find("push")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.OpenScenario(push, 7); err != nil {
		t.Fatal(err)
	}
	s.Keep(k)
	return s, func() {
		t.Helper()
		if s.Demonstration().Phase != session.Ready {
			s.Demonstrate()
		}
		s.Drive(sim.Vec{X: 1}, sim.Vec{X: 1})
		for s.Frame() < 5 {
			s.Tick()
		}
		s.Drive(sim.Vec{}, sim.Vec{})
		if s.Demonstrate(); s.Demonstration().Phase != session.Ended {
			t.Fatalf("not ended: %+v, %q", s.Demonstration(), s.Notice())
		}
	}
}

// TestRecorderMakesADataset of what is not discarded, which a later session extends. What was
// ended is on disk before the dataset is whole.
func TestRecorderMakesADataset(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "driven")
	r := RecordTo(dir)
	s, drive := driver(t, r)
	drive()
	if text, err := os.ReadFile(dir + ".partial"); err != nil || strings.Count(string(text), "\n") != 2 {
		t.Errorf("after a demonstration: %v", err)
	}
	s.DiscardDemonstration()
	drive()
	first := s.Scene()
	s.Demonstrate()
	drive()
	if err := s.Set(map[string]float64{"bodies": 2}); err != nil {
		t.Fatal(err)
	}
	if s.Demonstrate(); s.Demonstration().Phase != 0 || !strings.Contains(s.Notice(), "bodies is 3 in it, but 2 now") {
		t.Errorf("other parameters: %+v, %q", s.Demonstration(), s.Notice())
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	check := func(episodes int) *datasets.Dataset {
		t.Helper()
		data, err := datasets.Open(t.Context(), dir)
		if err != nil || data.Episodes() != episodes {
			t.Fatalf("%v: %v", data, err)
		}
		if err := data.Check(t.Context(), nil); err != nil {
			t.Error(err)
		}
		return data
	}
	data := check(2)
	p := data.Provenance()
	if p.Scenario != "push" || p.Policy != "demonstration" || p.Seed != 7 || p.Params["bodies"] != 3 || !strings.Contains(p.Command, "orrery view push --seed 7 --record") {
		t.Errorf("provenance %+v", p.Spec)
	}
	episode, err := data.Episode(t.Context(), 0)
	if err != nil || len(episode.States) < 6 || episode.Actions[0][0] != 1 || episode.Scene.Bodies[0].Start != first.Bodies[0].Start {
		t.Errorf("%d states, actions %v: %v", len(episode.States), episode.Actions[0], err)
	}
	outcomes, err := data.Outcomes(t.Context(), 1)
	if err != nil || !outcomes[len(outcomes)-1].Done || outcomes[0].Done {
		t.Errorf("outcomes %+v: %v", outcomes, err)
	}
	r = RecordTo(dir)
	s, drive = driver(t, r)
	if err := s.StartDemonstrating(); err != nil || s.Origin.Episode() != 2 {
		t.Errorf("a second session begins with episode %d: %v", s.Origin.Episode(), err)
	}
	drive()
	s.Leave()
	check(3)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := RecordTo(dir).Close(); err != nil {
		t.Errorf("nothing to record: %v", err)
	}
}

// TestFilesHaveOneDemonstrationEach once nobody can discard it any more.
func TestFilesHaveOneDemonstrationEach(t *testing.T) {
	t.Parallel()
	saved := map[string][]byte{}
	times := 0
	files := NewFiles(func(name string, data []byte) { saved[name], times = data, times+1 })
	s, drive := driver(t, files)
	if err := errors.Join(files.Discard(), files.Settle()); err != nil || len(saved) > 0 {
		t.Errorf("without a demonstration %d are saved, %v", len(saved), err)
	}
	drive()
	s.DiscardDemonstration()
	if n := s.Demonstration().Number; n != 0 || s.Origin.Episode() != 0 {
		t.Errorf("what was discarded counts: demonstration %d, of episode %d", n, s.Origin.Episode())
	}
	drive()
	if len(saved) != 0 {
		t.Error("saved while it may be discarded")
	}
	s.Demonstrate()
	if n := s.Demonstration().Number; n != 1 || s.Origin.Episode() != 1 {
		t.Errorf("after one that is kept: demonstration %d, of episode %d", n, s.Origin.Episode())
	}
	drive()
	s.Leave()
	if err := errors.Join(files.Settle(), files.Discard(), files.Settle()); err != nil || len(saved) != 2 || times != 2 {
		t.Fatalf("%d files, saved %d times, %v", len(saved), times, err)
	}
	other, err := s.With(scenario.Values{"friction": 0.7})
	if err != nil {
		t.Fatal(err)
	}
	for k, of := range []session.Origin{s.Origin, other} {
		if kept, err := files.Open(of, s.Scene(), 10); err != nil || kept != 2-2*k {
			t.Errorf("%d are kept, want %d; %v", kept, 2-2*k, err)
		}
	}
	for name, text := range saved {
		spec, all, err := generate.DecodeDemonstrations(text)
		if err != nil || len(all) != 1 || spec.Scenario != "push" || !strings.HasPrefix(name, "orrery-push-7-") || !strings.HasSuffix(name, ".jsonl") {
			t.Errorf("%s: %+v, %d, %v", name, spec, len(all), err)
		}
	}
}

func TestNamesOfScenariosNeedNoOption(t *testing.T) {
	t.Parallel()
	o, err := ParseArguments([]string{"pusht", "--record", "x", "data/none"})
	if err != nil || o.Scene != "pusht" || o.Record != "x" || len(o.Paths) != 1 {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := ParseArguments([]string{"--record="}); err == nil || !strings.Contains(err.Error(), "must name a directory") {
		t.Errorf("got %v", err)
	}
}
