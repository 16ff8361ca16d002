package contact

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/flight"
)

// energy returns that of motion of the bodies of a scene, in J.
func energy(scene *sim.Scene, state sim.State) (sum float64) {
	for i := range state {
		b := &scene.Bodies[i]
		v := state[i].Velocity()
		sum += b.Mass*v.Dot(v)/2 + b.Moment*state[i].Omega*state[i].Omega/2
	}
	return sum
}

// TestContactsGiveNoEnergy, whatever the networks answer, to bodies that hang together, and take none from those
// that touch nothing. Momentum along the floor stays.
func TestContactsGiveNoEnergy(t *testing.T) {
	t.Parallel()
	scene := onFloor(0, 0.399, 0.798, 3)
	scene.Gravity = sim.Vec{}
	for i := range scene.Bodies {
		scene.Bodies[i].Start.VX, scene.Bodies[i].Start.VY = []float64{0.3, 0, -0.2, 0.5}[i], -0.1
	}
	scene.Bodies[3].Start.Y = 2 // flies alone
	scene.Walls[0].Friction = 0
	config := Tiny()
	config.Flight.Order = flight.MoveFirst
	model := newtonian(t, config)
	model.net.params.Slice("impulse.2.bias")[gainPush], model.net.params.Slice("impulse.2.bias")[gainBounce] = 9, -9
	start := energy(scene, scene.Start())
	roll(t, model, scene, 5, func(frame int, state sim.State) {
		if e := energy(scene, state); !(e <= start*math.Pow(1+slackEnergy, float64(frame))) {
			t.Errorf("frame %d: %v J of %v", frame, e, start)
		}
		if v := state[3].Velocity(); !scalar.EqualWithinAbs(v.X, 0.5, 1e-9) || !scalar.EqualWithinAbs(v.Y, -0.1, 1e-9) {
			t.Errorf("frame %d: what touches nothing moves at %v", frame, v)
		}
		along := 0.0
		for i := range 3 {
			along += scene.Bodies[i].Mass * state[i].VX
		}
		if !scalar.EqualWithinAbs(along, 2*0.1, 1e-5) {
			t.Errorf("frame %d: momentum along the floor %v kg·m/s", frame, along)
		}
	})
}

// TestLoneBodiesGainEnergyFromWhatDrivesThemAlone: a wall gives a disc none, whatever the networks answer, and a kinematic disc
// that moves against it does.
func TestLoneBodiesGainEnergyFromWhatDrivesThemAlone(t *testing.T) {
	t.Parallel()
	config := Tiny()
	config.Flight.Order = flight.MoveFirst
	model := newtonian(t, config)
	model.net.params.Slice("impulse.2.bias")[gainPush], model.net.params.Slice("impulse.2.bias")[gainBounce] = 9, -9
	for _, driven := range []bool{false, true} {
		scene := onFloor(0, 0.399)
		scene.Gravity = sim.Vec{}
		scene.Bodies[0].Start.VY = -0.1
		drive := &scene.Bodies[1]
		drive.Kind, drive.Mass, drive.Moment = sim.Kinematic, 0, 0
		if driven {
			drive.Start.VX = -0.5
		}
		start := energy(scene, scene.Start())
		grew := false
		roll(t, model, scene, 5, func(frame int, state sim.State) {
			grew = grew || !(energy(scene, state) <= 1.0001*start*math.Pow(1+slackEnergy, float64(frame)))
		})
		if grew != driven {
			t.Errorf("driven %v: the energy of the disc grows %v", driven, grew)
		}
	}
}

// TestWhatTouchesDoesNotSink: where the source asks for hold, even a law that never pushes does not let a disc on the floor fall faster and faster.
func TestWhatTouchesDoesNotSink(t *testing.T) {
	t.Parallel()
	config := Tiny()
	config.Hold = true
	model := newtonian(t, config)
	b := model.net.params.Slice("impulse.2.bias")
	clear(b)
	b[gainNormal] = -9 // nothing stops at a visit
	scene := onFloor(0)
	scene.Gravity = sim.Vec{Y: -10}
	roll(t, model, scene, 10, func(frame int, state sim.State) {
		if v, most := -state[0].VY, 4*10.0/60; !(v <= most*1.01) || frame == 3 && !(v > most/2) {
			t.Errorf("frame %d: it falls at %v m/s", frame, v)
		}
	})
}
