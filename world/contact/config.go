package contact

import (
	"context"
	"fmt"
	"math"
	"strings"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/geom"
)

// Config is everything that fixes a contact model besides its weights.
type Config struct {
	Hidden           int `json:"hidden"`            // width of the impulse network's two hidden layers
	Rounds           int `json:"rounds"`            // number of sweeps over touching points and joints, at most
	CorrectionHidden int `json:"correction_hidden"` // width of the correction network's two hidden layers
	CorrectionRounds int `json:"correction_rounds"` // number of sweeps of position correction, at most
	FieldHidden      int `json:"field_hidden"`      // width of the two hidden layers of each field network
	Steps            int `json:"steps"`             // steps in which a frame is predicted

	Joints []sim.JointKind `json:"joints"` // kinds of joint that it knows
	Fields []sim.FieldKind `json:"fields"` // kinds of field that it knows
	Flight flight.Flight   `json:"flight"` // motion between contacts; see flight.MeasureFlight

	// How things touch in the source of the data. Zero is how they do in this engine.
	Touch   geom.Touch `json:"touch,omitzero"`
	Calm    float64    `json:"calm,omitempty"`    // m/s, the speed of approach below which nothing bounces
	Impacts bool       `json:"impacts,omitempty"` // things meet within a step
	Depth   float64    `json:"depth,omitempty"`   // m, by which they overlap when they do
	Late    bool       `json:"late,omitempty"`    // what meets within a step stays together until its end, and bounces then
	Ahead   float64    `json:"ahead,omitempty"`   // share of a step ahead for which solving sees what will touch
	Sight   float64    `json:"sight,omitempty"`   // m, how far apart at the start of a step shapes may be that meet in it; 0 is any distance
	Hold    bool       `json:"hold,omitempty"`    // friction is not bounded by how hard sides are pressed together
	Ends    bool       `json:"ends,omitempty"`    // of two points of a pair sweeps visit the same end first, and not the deepest

	Hits Hits `json:"hits,omitzero"` // the law of impacts; none where they follow that of contacts
}

// Hits says what a law of impacts of its own is learned by; see hit.go.
type Hits struct {
	Hidden  int     `json:"hidden"`  // width of each network's two hidden layers
	Members int     `json:"members"` // number of networks, each of which is trained by itself and the mean of which counts
	Speed   float64 `json:"speed"`   // m/s, at which things usually meet
}

// MostMembers is the largest number of networks that a law of impacts may have.
const MostMembers = 64

// MeasureHits returns the Config that learns the law of impacts from trajectories that are each one, and nothing else.
func MeasureHits(trajectories []*sim.Trajectory) Config {
	c := DefaultConfig()
	c.Hidden, c.CorrectionHidden = 8, 4 // what touches without an impact stays as it is before training
	c.Flight.FrameTime = trajectories[0].Scene.FrameTime()
	c.Flight.Order, c.Impacts = flight.EvenForce, true
	sum := 0.0
	for _, t := range trajectories {
		fastest := 0.0
		for _, b := range t.States[0] {
			fastest = max(fastest, b.Velocity().Len())
		}
		sum += fastest
	}
	c.Hits = Hits{Hidden: 18, Members: 4, Speed: max(sim.MinMagnitude, sum/float64(len(trajectories)))}
	return c
}

// timeless reports whether the model was trained on impacts alone, in which no time passes.
func (c *Config) timeless() bool { return c.Hits != Hits{} }

// flightOf returns the motion between contacts in frames of scene.
func (c *Config) flightOf(scene *sim.Scene) *flight.Flight {
	f := c.Flight
	if c.timeless() {
		f.FrameTime = scene.FrameTime()
	}
	return &f
}

// validate returns an error that names the first field out of range.
func (h *Hits) validate() error {
	switch {
	case *h == Hits{}:
		return nil
	case h.Hidden < 1 || h.Hidden > 1024:
		return fmt.Errorf("hits: hidden %d must be 1 to 1024", h.Hidden)
	case h.Members < 1 || h.Members > MostMembers:
		return fmt.Errorf("hits: members %d must be 1 to %d", h.Members, MostMembers)
	case !(h.Speed >= sim.MinMagnitude && h.Speed <= sim.MaxMagnitude):
		return fmt.Errorf("hits: speed %v m/s must be %v to %v", h.Speed, sim.MinMagnitude, sim.MaxMagnitude)
	}
	return nil
}

// DefaultConfig returns the sizes used by the train command, for frames of one step
// without joints and fields, and the default Flight.
func DefaultConfig() Config {
	return Config{
		Hidden: 32, Rounds: 20, CorrectionHidden: 16, CorrectionRounds: 10, FieldHidden: 16, Steps: 1,
		Flight: flight.DefaultFlight(),
	}
}

// Tiny returns a Config small enough to train in a second, for tests.
func Tiny() Config {
	c := DefaultConfig()
	c.Hidden, c.Rounds, c.CorrectionHidden, c.CorrectionRounds, c.FieldHidden = 8, 4, 8, 3, 8
	return c
}

// Measure sets what follows from the trajectories a model is to be trained on: their Flight, and
// what Suit sets. How things touch stays as it is; see package source. When ctx ends, Measure
// soon returns its error.
func (c *Config) Measure(ctx context.Context, trajectories []*sim.Trajectory, steps int) (err error) {
	if c.Flight, _, err = flight.MeasureFlight(ctx, trajectories); err != nil {
		return err
	}
	return c.Suit(trajectories, steps)
}

// Suit sets the kinds of joint and field that trajectories have, and the steps of a frame, one
// for each of the source's when 0 are asked for; see flight.Flight.Steps. Fewer steps are faster
// and less accurate; they must divide the source's evenly.
func (c *Config) Suit(trajectories []*sim.Trajectory, steps int) error {
	c.Steps = max(1, steps)
	c.Joints, c.Fields = world.BondsIn(trajectories)
	for i, t := range trajectories {
		if steps == 0 {
			c.Steps = max(c.Steps, c.Flight.Steps(t.Scene))
		} else if c.Flight.Steps(t.Scene)%steps != 0 {
			return fmt.Errorf("episode %d: %d engine steps a frame cannot be predicted in %d equal steps", i, c.Flight.Steps(t.Scene), steps)
		}
	}
	return nil
}

// Source says in words how the source of the data steps and lets things touch, as far as it
// differs from this engine: nothing when it does not.
func (c *Config) Source() string {
	var said []string
	if !c.Flight.Order.Same(flight.EngineOrder) {
		said = append(said, strings.Join(strings.Fields(string(c.Flight.Order)), ", "))
	}
	if c.Flight.Substeps > 0 {
		said = append(said, fmt.Sprintf("%d steps a frame", c.Flight.Substeps))
	}
	for _, kind := range sim.Kinds[sim.ShapeKind]() {
		if skin := *c.Touch.Skin.Of(kind); skin > 0 {
			said = append(said, fmt.Sprintf("a %s touches from %.3g m away", kind, skin))
		}
	}
	if c.Touch.Elasticity != "" {
		said = append(said, fmt.Sprintf("elasticities combine to their %s", c.Touch.Elasticity.Noun()))
	}
	if c.Touch.Friction != "" {
		said = append(said, fmt.Sprintf("frictions combine to their %s", c.Touch.Friction.Noun()))
	}
	if c.Calm > 0 {
		said = append(said, fmt.Sprintf("nothing bounces below %.3g m/s", c.Calm))
	}
	switch {
	case c.Late:
		said = append(said, "things meet within a step and bounce at its end")
	case c.Impacts:
		said = append(said, "things meet within a step")
	}
	if c.Ahead > 0 {
		said = append(said, fmt.Sprintf("contacts are seen %.3g steps ahead", c.Ahead))
	}
	if c.Sight > 0 {
		said = append(said, fmt.Sprintf("what is farther apart than %.3g m does not meet in a step", c.Sight))
	}
	if c.Hold {
		said = append(said, "friction does not need pressure")
	}
	return strings.Join(said, "; ")
}

// Validate returns an error that names the first field out of range.
func (c *Config) Validate() error {
	for _, f := range []struct {
		name  string
		value int
		max   int
	}{
		{"hidden", c.Hidden, 1024}, {"rounds", c.Rounds, 1000},
		{"correction_hidden", c.CorrectionHidden, 1024}, {"correction_rounds", c.CorrectionRounds, 1000},
		{"field_hidden", c.FieldHidden, 1024}, {"steps", c.Steps, 1000},
	} {
		if f.value < 1 || f.value > f.max {
			return fmt.Errorf("contact config: %s %d must be 1 to %d", f.name, f.value, f.max)
		}
	}
	if err := world.CheckBonds(c.Joints, c.Fields); err != nil {
		return fmt.Errorf("contact config: %w", err)
	}
	if err := c.Flight.Validate(); err != nil {
		return fmt.Errorf("contact config: %w", err)
	}
	if err := c.Touch.Validate(); err != nil {
		return fmt.Errorf("contact config: %w", err)
	}
	if !(c.Calm >= 0 && c.Calm <= sim.MaxMagnitude) {
		return fmt.Errorf("contact config: calm %v m/s must be 0 to %v", c.Calm, sim.MaxMagnitude)
	}
	if !(math.Abs(c.Depth) <= sim.MaxMagnitude) {
		return fmt.Errorf("contact config: depth %v m must be %v to %v", c.Depth, -sim.MaxMagnitude, sim.MaxMagnitude)
	}
	if !(c.Ahead >= 0 && c.Ahead <= mostAhead) {
		return fmt.Errorf("contact config: ahead %v must be 0 to %d", c.Ahead, mostAhead)
	}
	if !(c.Sight >= 0 && c.Sight <= sim.MaxMagnitude) {
		return fmt.Errorf("contact config: sight %v m must be 0 to %v", c.Sight, sim.MaxMagnitude)
	}
	if c.Late && !c.Impacts {
		return fmt.Errorf("contact config: late needs impacts")
	}
	if err := c.Hits.validate(); err != nil {
		return fmt.Errorf("contact config: %w", err)
	}
	return nil
}
