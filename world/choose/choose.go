package choose

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/world"
)

// Candidate is a model to choose from. One without Training.Scenario and Training.Seen,
// such as Ballistic, was never trained. Among never returns it; the caller uses it when no
// trained model fits.
type Candidate struct {
	world.Model
	Name     string         // by which the user knows it
	Training world.Training // how it was made; zero when it needs no training
	Error    float64        // m, its mean position error after a second on fresh episodes like those it was trained on; 0 when that is not known
	Blind    bool           // to contacts, so that nobody can plan with it
}

// Trained reports whether the model was trained on anything.
func (c *Candidate) Trained() bool { return c.Training.Scenario != "" || c.Training.Seen != nil }

// Choice is the answer of Among.
type Choice struct {
	Index int    // of the candidate, or -1 when none fits
	Why   string // in words for the user
}

// maxGap is the part of a scene that a model may not have seen and still fit, in the unit of
// gaps: one is a kind of thing or a doubling of a size that training never showed. It was
// set by the errors of the embedded models on all scenarios of the library: within it they
// beat free flight and standing still, beyond it some do not.
const maxGap = 2.0

// slack is the distance that a value may lie beyond what was seen and count as seen, as a share:
// two samples of one scenario differ by about as much.
const slack = 0.15

// Among returns which of some trained models should predict a scene. It compares what the
// scene has with what each model has seen in training. The order of candidates does not
// count:
//
//   - a model that turns the scene down does not fit;
//   - of a model whose training is not known in detail nothing but its own scenario fits;
//   - of the others each kind of body, shape, actuator or ground that it has not seen, and
//     each quantity that lies outside the range it has seen, counts as a gap; more than a
//     few do not fit;
//   - the least gap is chosen; of equal ones the model trained on the scene's own scenario,
//     then the one that errs least, then the one with fewer parameters, then the first
//     name of the alphabet.
//
// Why says what the model was trained on and what it lacks or, when none fits, why not.
func Among(candidates []Candidate, scene *sim.Scene) Choice {
	had := SeenIn([]*sim.Trajectory{{Scene: scene}})
	walls, bodies := canTouch(scene)
	had.Touches = walls || bodies
	best, nearest := -1, ""
	var bestFit, nearestFit fit
	for i := range candidates {
		c := &candidates[i]
		if !c.Trained() {
			continue
		}
		f := fitting(c, scene, &had, bodies)
		switch {
		case f.gap <= maxGap && (best < 0 || better(c, &f, &candidates[best], &bestFit, scene)):
			best, bestFit = i, f
		case nearest == "" || f.gap < nearestFit.gap || f.gap == nearestFit.gap && c.Name < nearest:
			nearest, nearestFit = c.Name, f
		}
	}
	switch {
	case best >= 0:
		return Choice{best, candidates[best].provenance() + bestFit.lacks("; here ")}
	case nearest != "":
		return Choice{-1, fmt.Sprintf("no trained model fits, not even %s%s", nearest, nearestFit.lacks(": here "))}
	}
	return Choice{-1, "there is no trained model"}
}

// fit says how well a model fits a scene.
type fit struct {
	gap  float64 // 0 when it has seen everything, +Inf when it cannot predict the scene
	gaps []gap   // of which it is the sum
}

// gap is something that a model has not seen.
type gap struct {
	size  float64
	words string
}

// maxSaid is the number of gaps that are told; more would not be read.
const maxSaid = 3

// lacks returns what was not seen, the largest gaps first, after some words, or nothing.
func (f *fit) lacks(after string) string {
	if len(f.gaps) == 0 {
		return ""
	}
	gaps := slices.SortedStableFunc(slices.Values(f.gaps), func(a, b gap) int { return cmp.Compare(b.size, a.size) })
	var words []string
	for _, g := range gaps[:min(maxSaid, len(gaps))] {
		words = append(words, g.words)
	}
	if more := len(gaps) - maxSaid; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return after + strings.Join(words, ", ")
}

func (f *fit) add(size float64, format string, args ...any) {
	if size > 0 {
		f.gap += size
		f.gaps = append(f.gaps, gap{size, fmt.Sprintf(format, args...)})
	}
}

// better reports whether a candidate a suits a scene better than b.
func better(a *Candidate, af *fit, b *Candidate, bf *fit, scene *sim.Scene) bool {
	foreign := func(c *Candidate) int {
		if c.Training.On(scene.Name) {
			return 0
		}
		return 1
	}
	measured := func(c *Candidate) float64 {
		if c.Error > 0 {
			return c.Error
		}
		return math.Inf(1)
	}
	return cmp.Or(
		cmp.Compare(af.gap, bf.gap), cmp.Compare(foreign(a), foreign(b)), cmp.Compare(measured(a), measured(b)),
		cmp.Compare(a.Parameters(), b.Parameters()), cmp.Compare(a.Name, b.Name),
	) < 0
}

// fitting returns how well a candidate fits a scene that has some things in it, and whose
// bodies may touch each other.
func fitting(c *Candidate, scene *sim.Scene, had *world.Seen, touch bool) (f fit) {
	if _, err := world.Bare(c.Model).Predictor([]*sim.Scene{scene}); err != nil {
		reason := err.Error()
		if refusal, ok := err.(*world.Refusal); ok {
			reason = refusal.Reason
		}
		return fit{math.Inf(1), []gap{{math.Inf(1), reason}}}
	}
	saw := c.Training.Seen
	if saw == nil {
		if c.Training.On(scene.Name) {
			return fit{}
		}
		return fit{math.Inf(1), []gap{{math.Inf(1), "its training is not known in detail"}}}
	}
	// What touches, and with which weight, is what these models learn; a kind of shape
	// that never touched anything is no gap.
	if had.Touches {
		// Where nothing but walls can be touched and training had some, none comes near.
		f.add(when(!saw.Touches && (touch || !saw.Walls), 4), "things touch")
		for _, kind := range had.Shapes {
			f.add(when(!slices.Contains(saw.Shapes, kind), 1), "there are %s", plural(kind))
		}
		for _, kind := range had.Movers {
			f.add(when(!slices.Contains(saw.Movers, kind), 1), "there are %s bodies", kind)
		}
		f.add(when(had.Compound && !saw.Compound, 1), "a body has several shapes")
		f.add(when(had.Walls && !saw.Walls, 1), "there are walls")
		f.outside(had.Friction, saw.Friction, 1, 0.5, "friction", "")
		f.outside(had.Elasticity, saw.Elasticity, 1, 0.5, "elasticity", "")
		f.outside(had.Gravity, saw.Gravity, 1, 1, "gravity", " m/s²")
	}
	for _, kind := range had.Actuators {
		f.add(when(!slices.Contains(saw.Actuators, kind), 0.5), "%s is driven", kind)
	}
	f.add(when(had.Grip && !saw.Grip, 1), "bodies rub on the ground")
	f.outside(world.Range{Least: scene.FrameTime(), Most: scene.FrameTime()}, world.Range{Least: saw.FrameTime, Most: saw.FrameTime}, 1, 0, "a frame of", " s")
	f.outside(had.Substeps, saw.Substeps, 1, 0, "steps a frame", "")
	f.outside(had.Size, saw.Size, 1, 0.01, "size", " m")
	f.outside(had.Bodies, world.Range{Least: 0, Most: saw.Bodies.Most}, 0.5, 1, "bodies", "") // contacts are pairs, whatever else there is; who knows many knows few
	return f
}

// when returns gap if something is so, else 0.
func when(so bool, gap float64) float64 {
	if so {
		return gap
	}
	return 0
}

// outside adds how far the values of a scene reach beyond those that were seen: weight for
// each doubling, on a scale that is linear below least.
func (f *fit) outside(had, saw world.Range, weight, least float64, name, unit string) {
	doublings := func(a, b float64) float64 { return weight * max(0, math.Log2((a+least)/((b+least)*(1+slack)))) }
	if over := doublings(had.Most, saw.Most); over > 0 {
		f.add(over, "%s %.3g%s, in training %.3g at most", name, had.Most, unit, saw.Most)
	} else if under := doublings(saw.Least, had.Least); under > 0 {
		f.add(under, "%s %.3g%s, in training %.3g at least", name, had.Least, unit, saw.Least)
	}
}

// canTouch reports whether bodies of a scene can touch walls, and whether they can touch
// each other, as those of one group cannot.
func canTouch(scene *sim.Scene) (walls, bodies bool) {
	for i := range scene.Bodies {
		for k := range scene.Bodies[:i] {
			a, b := &scene.Bodies[i], &scene.Bodies[k]
			bodies = bodies || (a.Kind == sim.Dynamic || b.Kind == sim.Dynamic) && (a.Group == 0 || a.Group != b.Group)
		}
	}
	return len(scene.Walls) > 0, bodies
}

// provenance says what a trained candidate is: "contact, trained on mixed: saw discs and
// polygons under gravity 9.81 m/s²".
func (c *Candidate) provenance() string {
	said := fmt.Sprintf("%s, trained on %s", c.Kind(), c.Training.Scenario)
	saw := c.Training.Seen
	if saw == nil {
		return said
	}
	var things []string
	for _, kind := range saw.Shapes {
		things = append(things, plural(kind))
	}
	for _, kind := range saw.Joints {
		things = append(things, string(kind)+" joints")
	}
	for _, kind := range saw.Fields {
		things = append(things, strings.ReplaceAll(string(kind), "_", "-")+" fields")
	}
	for _, kind := range saw.Actuators {
		things = append(things, string(kind)+" actuators")
	}
	said += ": saw " + listed(things)
	switch g := saw.Gravity; {
	case !(g.Most > 0):
		return said + " without gravity"
	case g.Most-g.Least < 0.01*g.Most:
		return said + fmt.Sprintf(" under gravity %.3g m/s²", g.Most)
	default:
		return said + fmt.Sprintf(" under gravity %.3g to %.3g m/s²", g.Least, g.Most)
	}
}

// plural returns what shapes of a kind are called.
func plural(kind sim.ShapeKind) string {
	switch kind {
	case sim.Circle:
		return "discs"
	case sim.Segment:
		return "segments"
	case sim.Polygon:
		return "polygons"
	}
	return string(kind)
}

// listed joins words: "a, b and c".
func listed(words []string) string {
	n := len(words) - 1
	if n < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n], ", ") + " and " + words[n]
}
