package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery-view/session/build"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/forecast"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/golden"
	"orrery/sim/scenario"

	"orrery/world/choose"
	"orrery/world/flight"
	"orrery/world/identify"
)

// teller writes all that a session tells at some moments.
type teller struct {
	strings.Builder
	*Session
}

// still does what is to be done without letting time pass, so that nothing that is told depends on the clock.
func (w *teller) still() {
	for range 5000 {
		if w.making == nil && w.rival.making == nil && w.watching == nil && !(w.judge.Competing() && w.Ladder() == nil) &&
			(w.suspicion == nil || w.Surprise() != nil || w.perturbed) {
			return
		}
		for _, lane := range []*jobs.Lane{w.forecasts, w.rival.lane, w.ladders, w.suspicions, w.watches} {
			lane.Tick()
		}
		w.predict()
	}
}

// pass lets ticks pass, in which forecasts come as soon as they are asked for.
func (w *teller) pass(n int) {
	for range n {
		w.Tick()
		w.still()
	}
}

// short rounds numbers, and writes NaN as a dash.
func short(values ...float64) string {
	var words []string
	for _, v := range values {
		switch {
		case math.IsNaN(v):
			words = append(words, "-")
		case math.Abs(v) < 5e-10:
			words = append(words, "0")
		default:
			words = append(words, fmt.Sprintf("%.4g", v))
		}
	}
	return strings.Join(words, " ")
}

// some returns every so many of values, and how many there are.
func some(values []float64, every int) string {
	var few []float64
	for k := 0; k < len(values); k += every {
		few = append(few, values[k])
	}
	return fmt.Sprintf("%d: %s", len(values), short(few...))
}

func where(state sim.State) string {
	var words []string
	for _, b := range state {
		words = append(words, short(b.X, b.Y, b.Angle))
	}
	return strings.Join(words, "; ")
}

func vectors(of []sim.Vec) string {
	var words []string
	for _, v := range of {
		words = append(words, short(v.X, v.Y))
	}
	return strings.Join(words, "; ")
}

func (w *teller) said(f *forecast.Forecast) {
	if f == nil {
		w.WriteString("  no forecast\n")
		return
	}
	fmt.Fprintf(w, "  forecast from %d, %d frames", f.From, len(f.States))
	if f.Escape != "" {
		fmt.Fprintf(w, ", %s", f.Escape)
	}
	if f.Err != nil {
		fmt.Fprintf(w, ", %v", f.Err)
	}
	if n := len(f.States); n > 0 {
		fmt.Fprintf(w, ", last %s", where(f.States[n-1]))
	}
	if f.Regions != nil {
		region := f.RegionsAt(f.From + len(f.Regions) - 1)
		fmt.Fprintf(w, ", %d regions, %.3g", len(f.Regions), region[0].Level(0.01, 0.01))
	}
	w.WriteString("\n")
}

func (w *teller) compared(c *compare.Comparison) {
	r := c.Reading()
	low, high := c.Horizons()
	fmt.Fprintf(w, "  error %s m, %s s ahead, like %s m %s%s, horizon %d of %s s, renewed every %d\n",
		short(r.Error), short(r.Lead), short(r.Equivalent), r.Escape, r.Why, c.Horizon(), short(low, high), c.Renewal())
	errors, first, every := c.Errors()
	fmt.Fprintf(w, "  errors from %d every %d, %s\n  leads %s\n", first, every, some(errors, 15), some(c.Leads(), 15))
	if l := c.Ladder(); l != nil {
		fmt.Fprintf(w, "  ladder from %d: low %s, high %s\n", l.From, some(l.Low, 30), some(l.High, 30))
		for _, rung := range l.Errors {
			fmt.Fprintf(w, "    %s\n", some(rung, 30))
		}
	}
}

// tell writes what the session tells now, below a title.
func (w *teller) tell(title string) {
	s := w.Session
	first, last := s.Span()
	from, to := s.Loop()
	fmt.Fprintf(w, "# %s\n  %s: frame %d of %d to %d, loop %d to %d, speed %s, paused %t, perturbed %t, %d bodies\n  at %s\n",
		title, s.Mode(), s.Frame(), first, last, from, to, short(s.Speed()), s.Paused(), s.Perturbed(), len(s.Scene().Bodies), where(s.State()))
	fmt.Fprintf(w, "  %q, %q, seed %d, episode %d, task %t\n", s.Label(), s.Notice(), s.Seed(), s.Origin.Episode(), s.HasTask())
	models, chosen := s.Models()
	fmt.Fprintf(w, "  model %d of %d, %q, follows %t, can learn %t, can demonstrate %t\n", chosen, len(models), s.Choice(), s.Follows(), s.CanLearn(), s.CanDemonstrate())
	w.said(s.Forecast())
	w.compared(s.Comparison)
	if name, c := s.Rival(); c != nil {
		fmt.Fprintf(w, "  rival %s\n", name)
		w.said(c.Forecast())
		w.compared(c)
	}
	if c := s.Coverage([2]float64{0.5, 0.95}); !math.IsNaN(c[0]) {
		fmt.Fprintf(w, "  coverage %s\n", short(c[:]...))
	}
	if scores := s.Surprise(); scores != nil {
		fmt.Fprintf(w, "  surprise %s\n", some(scores, 3))
	}
	if body, at, to := s.Hand(); body >= 0 {
		fmt.Fprintf(w, "  hand on %d from %s to %s\n", body, short(at.X, at.Y), short(to.X, to.Y))
	}
	if found, tried := s.Identified(); len(found) > 0 {
		now, best := s.FitError()
		fmt.Fprintf(w, "  identified %v, tried %s, error %s, best %s\n", found[0].Name, short(tried...), short(now), short(best))
	}
	if d := s.Demonstration(); d.Phase != 0 {
		fmt.Fprintf(w, "  demonstration %+v\n", d)
	}
	if s.MaxHistory() > 0 {
		fmt.Fprintf(w, "  watched %d of %d, %d sights\n", s.History(), s.MaxHistory(), len(s.Sights(9)))
	}
	if p := s.Pushes(); p.Engine.Bodies != nil {
		fmt.Fprintf(w, "  pushes %s; points %d: %s; rest %s\n", vectors(p.Engine.Bodies), len(p.Points), vectors(p.Engine.Points), vectors(p.Engine.Rest))
		fmt.Fprintf(w, "    model %s; %s; rival %s; %q %q\n", vectors(p.Chosen.Bodies), vectors(p.Chosen.Points), vectors(p.Rival.Bodies), p.PushOf(0), p.PushOf(99))
	}
	truth, mine, other := s.Motions(12)
	fmt.Fprintf(w, "  motions %d from %d, %d from %d, %d from %d\n", len(truth.States), truth.First, len(mine.States), mine.First, len(other.States), other.First)
	if s.Planning() {
		fmt.Fprintf(w, "  plans, arrived %t\n", s.Arrived())
	}
	if found, done := s.Wrong(); done > 0 {
		fmt.Fprintf(w, "  wrong %s:", short(done))
		for _, f := range found {
			fmt.Fprintf(w, " %s %s", f.Label, short(f.Error))
		}
		w.WriteString("\n")
	}
}

func tellerOf(t *testing.T, name string, mode compare.Mode) *teller {
	t.Helper()
	s := New(jobs.InTick, nil)
	s.patience = time.Hour
	s.SetModels([]choose.Candidate{{Name: "engine", Model: planning.Engine{}}, {Name: "ballistic", Model: flight.Ballistic()}})
	if err := openNamed(s, name, 7); err != nil {
		t.Fatal(err)
	}
	s.SetMode(mode)
	s.SetModel(1)
	return &teller{Session: s}
}

// TestAllThatIsToldStays: everything that a session tells during scripts, in each mode, of hands, changes, rivals, replays and
// mistakes.
func TestAllThatIsToldStays(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var all strings.Builder
	for _, script := range []struct {
		scenario string
		mode     compare.Mode
		do       func(t *testing.T, w *teller)
	}{
		{"mixed", compare.Sandbox, tellSandbox},
		{"cradle", compare.Duel, tellDuel},
		{"push", compare.Duel, tellDriven},
		{"billiards", compare.Sandbox, tellReplay},
		{"tower", compare.Sandbox, tellWorst},
		{"push", compare.Sandbox, tellDemonstration},
	} {
		w := tellerOf(t, script.scenario, script.mode)
		fmt.Fprintf(&all, "## %s, %s\n", script.scenario, script.mode)
		script.do(t, w)
		all.WriteString(w.String())
	}
	golden.Compare(t, "testdata/told.txt", all.String())
}

func tellSandbox(t *testing.T, w *teller) {
	w.tell("at first")
	w.SetRival("engine")
	w.pass(70)
	w.tell("after 70 ticks beside the engine")
	w.Grab(1, w.State()[1].Position())
	w.Pull(w.State()[1].Position().Add(sim.Vec{X: 0.3, Y: 0.2}))
	w.pass(20)
	w.tell("while a hand pulls")
	w.Release()
	w.Spawn(0, sim.Vec{X: 0.1, Y: 0.2})
	w.pass(3)
	w.tell("with another body")
	w.Delete(0)
	w.Undo()
	w.tell("undone")
	w.Redo()
	w.SetHorizon(0.7)
	w.Faster(1)
	w.Tick()
	w.still()
	w.tell("redone, looking 0.7 s ahead, faster")
	for k := range build.Laws {
		w.SetLaw(k, build.LawOf(w.Scene(), k)+0.1)
	}
	w.pass(2)
	w.tell("under other laws")
	w.Step(-1)
	w.NextContact()
	w.Worst()
	w.tell("the worst")
	w.Next()
	w.pass(2)
	w.tell("the next seed")
	if err := w.Set(scenario.Values{"nonsense": 1}); err != nil {
		fmt.Fprintf(w, "  %v\n", err)
	}
	w.Restart()
	w.SetMode(compare.Replay)
	w.tell("nothing to replay")
	w.Learn()
	w.Plan(true)
	w.Demonstrate()
	w.LearnWrong()
	w.tell("what cannot be")
}

func tellDuel(t *testing.T, w *teller) {
	w.SetRival("engine")
	w.SetHorizon(1)
	w.still()
	w.tell("before it begins")
	w.pass(30)
	w.tell("half-way")
	w.SetLoop(false)
	w.Step(9)
	w.still()
	w.SetLoop(true)
	w.tell("a loop")
	w.SetLoop(false)
	w.Pause(false)
	w.Worst()
	w.tell("the worst moment")
	w.Pause(false)
	w.pass(130)
	w.tell("the next episode")
	w.SetModel(0)
	w.pass(3)
	w.tell("the engine")
}

func tellDriven(t *testing.T, w *teller) {
	w.SetHorizon(1)
	w.still()
	w.pass(40)
	w.tell("its policy acts")
	w.Drive(sim.Vec{X: 1, Y: 0.5}, sim.Vec{})
	w.pass(12)
	w.tell("somebody drives")
	w.Drive(sim.Vec{}, sim.Vec{})
	w.pass(4)
	w.tell("nobody drives")
	w.BeginHere()
	w.still()
	w.tell("begun here")
}

func tellReplay(t *testing.T, w *teller) {
	film, err := engine.Simulate(t.Context(), w.Scene(), nil, 61, nil)
	if err != nil {
		t.Fatal(err)
	}
	second := film.States[:41]
	shows := []replay.Show{
		{Label: "run 0", True: film, Episodes: 2},
		{Label: "run 1", True: &sim.Trajectory{Scene: film.Scene, States: second}, Episode: 1, Episodes: 2, Predicted: film.States[:30], Model: "somebody"},
	}
	for k := range shows {
		shows[k].Next = func(n int) (replay.Show, error) {
			if n > 1 {
				return replay.Show{}, errors.New("there is no other episode")
			}
			return shows[n], nil
		}
	}
	if err := w.OpenShow(shows[0]); err != nil {
		t.Fatal(err)
	}
	w.SetRival("engine")
	w.Pause(true)
	w.still()
	w.Seek(33)
	w.tell("frame 33 of what was recorded")
	w.Worst()
	w.tell("the worst moment of it")
	w.BeginHere()
	w.still()
	w.tell("predicted from there")
	w.Episode(1)
	w.still()
	w.tell("the other episode, with what somebody predicts")
	w.Episode(1)
	w.tell("what there is behind it")
	seen := seenFlight(40)
	w.SetIdentified([]identify.Parameter{identify.Known(identify.Gravity, identify.Scene, 0.2, -0.1, 0.1, "m/s²", "")})
	if err := w.OpenShow(replay.Show{Label: "measured", True: seen, Episodes: 1}); err != nil {
		t.Fatal(err)
	}
	w.SetHistory(12)
	w.still()
	w.Seek(20)
	w.tell("watched first")
	w.Try(0, 1)
	w.still()
	w.tell("with another number")
	w.TryFound()
	w.SetHistory(0)
	w.Grab(0, w.State()[0].Position())
	w.Pull(sim.Vec{X: 2, Y: 2})
	w.Pause(false)
	w.pass(5)
	w.tell("taken over by a hand")
	if err := w.OpenShow(replay.Show{}); err != nil {
		fmt.Fprintf(w, "  %v\n", err)
	}
}

func tellWorst(t *testing.T, w *teller) {
	w.pass(30)
	w.NextContact()
	w.tell("the next contact")
	w.SeekWrong()
	for _, done := w.Wrong(); done < 1; _, done = w.Wrong() {
		w.hunts.Tick()
	}
	w.tell("what is predicted badly")
	found, _ := w.Wrong()
	w.ShowWrong(found[0])
	w.still()
	w.pass(9)
	w.tell("the worst of it")
	w.Undo()
	w.Undo()
	w.tell("nothing to undo")
	subject, err := w.subject()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "  %s: %s\n", subject.Name, subject.Letter)
	var letter map[string]any
	if err := json.Unmarshal(subject.Letter, &letter); err != nil {
		t.Error(err)
	}
}

func tellDemonstration(t *testing.T, w *teller) {
	kept := &box{}
	w.Keep(kept)
	w.Demonstrate()
	w.tell("ready")
	w.Drive(sim.Vec{X: 1}, sim.Vec{})
	w.pass(20)
	w.tell("driven")
	w.Demonstrate()
	w.tell("ended")
	fmt.Fprintf(w, "  %v, %d frames, last %+v\n", kept.asked, len(kept.kept[0].Trajectory.States), kept.kept[0].Outcomes[len(kept.kept[0].Outcomes)-1])
	w.DiscardDemonstration()
	w.tell("discarded")
	w.Demonstrate()
	w.Drive(sim.Vec{Y: 1}, sim.Vec{})
	w.pass(3)
	w.Leave()
	w.tell("left")
	fmt.Fprintf(w, "  %v\n", kept.asked)
	kept.refuses = errors.New("the disk is full")
	w.Demonstrate()
	w.tell("refused")
}
