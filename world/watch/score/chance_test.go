package score_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/watch/score"
)

// TestTracksOfChanceAreJudgedAsBefore: that stray, end early, are nobody's, or go from one body to another.
func TestTracksOfChanceAreJudgedAsBefore(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	var all score.Report
	for k := range 120 {
		r := rand.New(rand.NewPCG(uint64(k), 9))
		var bodies []score.Body
		var tracks [][]score.Sight
		for range 1 + r.IntN(4) {
			b := score.Body{Marked: r.IntN(4) == 0}
			switch w := 3 + 6*r.Float64(); r.IntN(3) {
			case 0:
				b.Shapes = []sim.Shape{sim.NewShape(sim.Circle, w, sim.Surface{}, sim.Vec{})}
			case 1:
				b.Shapes = box(w, w*float64(1+r.IntN(2))/2)
			default:
				b.Shapes = []sim.Shape{sim.NewShape(sim.Segment, w/3, sim.Surface{}, sim.Vec{X: -w}, sim.Vec{X: w})}
			}
			at, v := sim.Vec{X: 40 * r.Float64(), Y: 30 * r.Float64()}, sim.Vec{X: 3 * r.NormFloat64(), Y: 2 * r.NormFloat64()}
			var track []score.Sight
			off := 4 * r.Float64() * r.Float64()
			for t := range 12 + r.IntN(3) {
				pose := sim.BodyState{X: at.X + v.X*float64(t), Y: at.Y + v.Y*float64(t), Angle: 0.2 * float64(t)}
				if t < 12 {
					b.Poses = append(b.Poses, pose)
				}
				track = append(track, score.Sight{X: pose.X + off*r.NormFloat64(), Y: pose.Y + off*r.NormFloat64(), Angle: pose.Angle + 1 + 0.1*r.NormFloat64(), Seen: r.IntN(6) > 0, Turned: r.IntN(4) > 0})
			}
			bodies = append(bodies, b)
			if r.IntN(8) > 0 {
				tracks = append(tracks, track[:len(track)-r.IntN(6)])
			}
		}
		if n := len(tracks); n > 1 && r.IntN(2) == 0 { // two change their names
			a, b := tracks[0], tracks[1]
			for t := r.IntN(8); t < min(len(a), len(b)); t++ {
				a[t], b[t] = b[t], a[t]
			}
		}
		j := score.Judge(bodies, tracks)
		all.Add(&j)
		fmt.Fprintf(&out, "%d: %d of %d in %d, lost %d of %d, %d switches; %.6f %.6f px, %.7f %.7f rad\n", k, j.Found, j.Bodies, j.Tracks, j.Lost, j.Frames, j.Switches,
			j.Position.Mean(), j.Position.Quantile(0.8), j.Angle.Mean(), j.Angle.Quantile(0.8))
	}
	fmt.Fprintf(&out, "all: %d of %d in %d, lost %d of %d, %d switches; %.6f px, %.7f rad\n", all.Found, all.Bodies, all.Tracks, all.Lost, all.Frames, all.Switches, all.Position.Mean(), all.Angle.Mean())
	golden.Compare(t, "testdata/tracks.txt", out.String())
}
