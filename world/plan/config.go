package plan

import (
	"fmt"
	"math"
	"runtime"
	"strings"

	"orrery/sim/input"
)

// Update says how a planner learns from the plans it has tried.
type Update string

// The updates. Elites moves the distribution of plans to the best of them,
// Weights to their mean weighted by how good they are, and Nothing leaves it.
const (
	Elites  Update = "elites"
	Weights Update = "weights"
	Nothing Update = "nothing"
)

// Config says how a planner searches and how a controller follows the plan.
type Config struct {
	Horizon    int `json:"horizon"`    // number of decisions of a plan
	Repeat     int `json:"repeat"`     // frames for which a decision is held
	Replan     int `json:"replan"`     // number of decisions carried out before planning anew
	Samples    int `json:"samples"`    // number of plans tried in the first iteration
	Proposals  int `json:"proposals"`  // number of plans tried before the first iteration: that at hand, and what policies would do; or 0
	Iterations int `json:"iterations"` // number of rounds of trying plans and learning from them

	Spread float64 `json:"spread"` // standard deviation of the first plans, in half ranges of the actuators
	Colour float64 `json:"colour"` // exponent β of noise whose power falls with the β-th power of frequency; 0 is white
	Knots  int     `json:"knots"`  // number of independent values of noise that runs straight between them, instead of coloured; or 0
	Decay  float64 `json:"decay"`  // factor by which the number of samples is divided from one iteration to the next

	Update      Update  `json:"update"`
	Elites      int     `json:"elites"`      // number of the best plans of an iteration that count, of Elites
	Keep        float64 `json:"keep"`        // share of them tried again in the next iteration, of Elites
	Momentum    float64 `json:"momentum"`    // share of the old distribution that an update leaves, of Elites
	Temperature float64 `json:"temperature"` // of Weights: mean excess cost that lowers a weight by 1/e, as a share of all

	Inner int `json:"inner"` // number of steps in which the model takes a frame, at most, until plans are good enough there or most iterations are over; 0 is as many as it learned

	Enough  float64 `json:"enough"`  // cost of a plan, in units of the task's cost, at which it is good enough and the search ends; or 0
	Final   float64 `json:"final"`   // weight of the cost of the last frame; that of the others is 1
	Caution float64 `json:"caution"` // cost of a metre of uncertainty of a body's position, in each frame
	Within  float64 `json:"within"`  // share of the truth, below 1: uncertainty is the radius of the region that holds it; 0 takes the standard deviation
	Workers int     `json:"-"`       // goroutines; results do not depend on it
}

// Names lists the planners that DefaultConfig knows.
func Names() []string { return []string{"cem", "icem", "mppi", "random"} }

// DefaultConfig returns the settings of a planner by its name: "cem" (the
// cross-entropy method), "icem" (Pinneri et al. 2020), "mppi" (model predictive
// path integral control, Williams et al. 2017) or "random" (shooting).
func DefaultConfig(name string) (Config, error) {
	c := Config{
		Horizon: 20, Repeat: 1, Replan: 1, Samples: 200, Iterations: 5,
		Spread: 0.5, Decay: 1, Update: Nothing, Final: 1, Workers: runtime.NumCPU(),
	}
	switch name {
	case "cem":
		c.Update, c.Elites, c.Momentum = Elites, 20, 0.1
	case "icem":
		c.Update, c.Elites, c.Keep, c.Momentum = Elites, 20, 0.3, 0.1
		c.Colour, c.Decay = 2, 1.25
	case "mppi":
		c.Update, c.Temperature = Weights, 0.05
		c.Colour = 1
	case "random":
	default:
		return Config{}, wrong(PlannerSetting, "%.40q must be one of %s%s", name, strings.Join(Names(), ", "), input.Perhaps(name, Names()))
	}
	return c, nil
}

// Bounds on what a configuration may ask for.
const (
	maxDecisions = 1000
	maxSamples   = 100_000
	maxFrames    = 10_000 // of a plan
)

// PlannerSetting is the name of the setting that chooses the planner.
const PlannerSetting = "planner"

// SettingError says what is wrong with a setting of a planner.
type SettingError struct {
	Name string // as in JSON, or PlannerSetting
	Rule string // the value and what it must be
}

// Error returns the name and the rule.
func (e *SettingError) Error() string { return "plan: " + e.Name + " " + e.Rule }

func wrong(name, format string, args ...any) error {
	return &SettingError{name, fmt.Sprintf(format, args...)}
}

// Validate returns a *SettingError that names the first setting out of range.
func (c *Config) Validate() error {
	for _, n := range []struct {
		name            string
		value, min, max int
	}{
		{"horizon", c.Horizon, 1, maxDecisions},
		{"repeat", c.Repeat, 1, maxFrames / max(c.Horizon, 1)},
		{"replan", c.Replan, 1, c.Horizon},
		{"samples", c.Samples, 2, maxSamples},
		{"proposals", c.Proposals, 0, maxSamples},
		{"iterations", c.Iterations, 1, 1000},
		{"workers", c.Workers, 1, math.MaxInt},
		{"inner", c.Inner, 0, maxFrames},
	} {
		if n.value < n.min || n.value > n.max {
			return wrong(n.name, "%d must be %d to %d", n.value, n.min, n.max)
		}
	}
	for _, v := range []struct {
		name            string
		value, min, max float64
	}{
		{"spread", c.Spread, 1e-6, 10}, {"colour", c.Colour, 0, 10}, {"decay", c.Decay, 1, 10},
		{"enough", c.Enough, 0, 1e12}, {"final", c.Final, 0, 1e6}, {"caution", c.Caution, 0, 1e9}, {"within", c.Within, 0, 0.999},
	} {
		if !(v.value >= v.min && v.value <= v.max) {
			return wrong(v.name, "%v must be %v to %v", v.value, v.min, v.max)
		}
	}
	if c.Knots != 0 && (c.Knots < 2 || c.Knots > c.Horizon || c.Colour != 0) {
		return wrong("knots", "%d must be 0, or 2 to the horizon %d with colour 0", c.Knots, c.Horizon)
	}
	return c.validateUpdate()
}

// validateUpdate checks the settings of the update, and that those of the others
// are 0.
func (c *Config) validateUpdate() error {
	rest := *c
	switch c.Update {
	case Elites:
		if c.Elites < 1 || c.Elites > c.Samples {
			return wrong("elites", "%d must be 1 to the %d samples", c.Elites, c.Samples)
		}
		if !(c.Keep >= 0 && c.Keep <= 1) {
			return wrong("keep", "%v must be 0 to 1", c.Keep)
		}
		if !(c.Momentum >= 0 && c.Momentum < 1) {
			return wrong("momentum", "%v must be 0 to below 1", c.Momentum)
		}
		rest.Elites, rest.Keep, rest.Momentum = 0, 0, 0
	case Weights:
		if !(c.Temperature >= 1e-6 && c.Temperature <= 1e6) {
			return wrong("temperature", "%v must be 1e-6 to 1e6", c.Temperature)
		}
		rest.Temperature = 0
	case Nothing:
	default:
		return wrong("update", "%q must be %q, %q or %q", c.Update, Elites, Weights, Nothing)
	}
	for _, other := range []struct {
		name  string
		value float64
	}{{"elites", float64(rest.Elites)}, {"keep", rest.Keep}, {"momentum", rest.Momentum}, {"temperature", rest.Temperature}} {
		if other.value != 0 {
			return wrong(other.name, "%v must be 0: it is a setting of planners whose update is not %q", other.value, c.Update)
		}
	}
	return nil
}

// Frames returns how many frames a plan covers.
func (c *Config) Frames() int { return c.Horizon * c.Repeat }

// samples returns how many plans iteration i tries, from 0: never fewer than
// twice the elites, so that there is something to choose from.
func (c *Config) samples(i int) int {
	n := int(float64(c.Samples) * math.Pow(c.Decay, -float64(i)))
	return min(max(n, 2*c.Elites, 2), c.Samples)
}
