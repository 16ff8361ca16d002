package recording

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestRecordingsAreToldAsBefore compares what is said and made of recordings of many kinds with what earlier
// versions of this program did, to nine digits. It holds where the compiler fuses no multiplication with an addition.
func TestRecordingsAreToldAsBefore(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, c := range []struct {
		name  string
		film  *film
		spoil func(f *film)
	}{
		{"exact", fly(3, 60, 0), func(*film) {}},
		{"noisy", fly(4, 90, 0.001), func(*film) {}},
		{"very noisy, turning", fly(2, 90, 0.01), func(f *film) {
			f.angles = true
			for k := range f.rows {
				f.rows[k].Turned, f.rows[k].Angle = k%7 != 0, 0.1*float64(k)
			}
		}},
		{"falling", fly(2, 40, 0.001), func(f *film) {
			for k := range f.rows {
				f.rows[k].Y -= 4.9 * f.rows[k].Time * f.rows[k].Time
			}
		}},
		{"seen at times", fly(3, 60, 0.001), func(f *film) {
			for k := range 60 {
				f.at(k, 1).Seen = k < 5 || k >= 9 && k < 30 || k > 50
				f.at(k, 2).Seen = k >= 20
			}
		}},
		{"spoilt", fly(3, 80, 0.001), func(f *film) {
			f.at(12, 0).X += 0.2
			f.swap(30, 0, 2)
			for k := 50; k < 80; k++ {
				f.at(k, 1).Y += 0.4
			}
			for k := 61; k < 66; k++ {
				f.at(k, 2).X, f.at(k, 2).Y = f.at(60, 2).X, f.at(60, 2).Y
			}
		}},
		{"at odd times", fly(3, 60, 0.001), func(f *film) {
			for k := range f.rows {
				f.rows[k].Time += 0.004 * float64((k*7)%5)
			}
		}},
	} {
		c.spoil(c.film)
		r := mustIn(t, c.film.raw(true), Metres())
		fmt.Fprintf(&got, "# %s\n", c.name)
		about, err := json.Marshal(Tell([]*Recording{r}))
		if err != nil {
			t.Fatal(err)
		}
		for _, field := range strings.Split(strings.ReplaceAll(rounded(t, about), `,"`, "\n\""), "\n") {
			fmt.Fprintf(&got, "%s\n", field)
		}
		odd := r.Odd()
		for _, o := range odd {
			fmt.Fprintf(&got, "%s\n", o.Text)
		}
		for _, policy := range Policies() {
			pieces, notes := r.Pieces(Policy(policy), odd)
			fmt.Fprintf(&got, "%s: %d pieces %q\n", policy, len(pieces), notes)
			for _, p := range pieces {
				scene, of, err := p.Scene(nil, 0.1, 30)
				fmt.Fprintf(&got, "%d to %d: %v %v %v\n", p.From, p.To, p.Names(), of, err)
				if err != nil {
					continue
				}
				fmt.Fprintf(&got, "%.9g\n", starts(scene))
				frames := p.Frames(30)
				sights := p.OnFrames(30, of)
				fmt.Fprintf(&got, "%d frames to %.9g s; %d sights; first %.9g; last %.9g; %d records\n", len(frames), frames[len(frames)-1], count(sights),
					seenAt(sights[0][0]), seenAt(sights[len(sights)-1][len(of)-1]), len(p.Records(of)))
			}
		}
	}
	golden.Compare(t, "testdata/recordings.txt", got.String())
}

// TestBeatsAreFoundAsBefore compares the beats of recordings of many clocks, and how much better they explain the motion,
// with what earlier versions of this program found, to nine digits.
func TestBeatsAreFoundAsBefore(t *testing.T) {
	t.Parallel()
	usual := clock{bodies: 3, pictures: 41, rate: 30, noise: 0.001, speed: 1}
	var got strings.Builder
	for _, c := range []struct {
		name     string
		change   func(*clock)
		episodes int
		spoil    func(all []*Recording)
	}{
		{"wrong", func(c *clock) { c.wrong = 0.15 }, 3, nil},
		{"wrong and hardly moving", func(c *clock) { c.wrong, c.speed = 0.15, 0.01 }, 2, nil},
		{"wrong, with gaps", func(c *clock) { c.wrong, c.lost, c.normal = 0.12, 0.2, true }, 4, nil},
		{"early and late", func(c *clock) { c.early = 0.15 }, 3, nil},
		{"at the beat", func(*clock) {}, 2, nil},
		{"hardly off", func(c *clock) { c.wrong = 0.002 }, 2, nil},
		{"far off", func(c *clock) { c.wrong = 0.9 }, 2, nil},
		{"beats of their own", func(c *clock) { c.wrong = 0.15 }, 3, func(all []*Recording) {
			for e, r := range all {
				for k := range r.Times {
					r.Times[k] *= 1 + 0.1*float64(e)
				}
			}
		}},
		{"one without four pictures, one whose bodies have times of their own, and a long pause", func(c *clock) { c.wrong = 0.15 }, 4, func(all []*Recording) {
			all[0].Times, all[0].Sights = all[0].Times[:3], all[0].Sights[:3]
			all[1].Sights[5][1].After = 0.001
			for k := 20; k < len(all[2].Times); k++ {
				all[2].Times[k] += 30
			}
			for k := range all[3].Sights {
				all[3].Sights[k][0].Seen = k%5 != 0
			}
		}},
	} {
		set := usual
		c.change(&set)
		var all []*Recording
		for e := range c.episodes {
			r, _ := set.film(t, e)
			all = append(all, r)
		}
		if c.spoil != nil {
			c.spoil(all)
		}
		fmt.Fprintf(&got, "# %s\n", c.name)
		even := evenTimes(all)
		rough := make([]contrast, len(all))
		for i, r := range all {
			counts := countBeats(r.Times)
			fmt.Fprintf(&got, "recording %d, times of their own %t, beats %v, even %.9g\n", i, r.ownTimes(), counts, even[i])
			if counts != nil {
				step, weight := slope(counts, r.Times)
				fmt.Fprintf(&got, "step %.9g of weight %.9g, off %.12f; together %d\n", step, weight, offBeat(counts, r.Times, step), len(together(r.Times)))
			}
			if even[i] == nil {
				continue
			}
			rough[i] = contrast{r.roughness(r.Times), r.roughness(even[i]), 2 * len(r.Tracks)}
			var sums [2]float64
			for k, v := range [][]float64{rough[i].told, rough[i].even} {
				for _, x := range v {
					if !math.IsNaN(x) {
						sums[k] += math.Abs(x)
					}
				}
			}
			fmt.Fprintf(&got, "roughness %.9g\n", sums)
		}
		gains, clear := weigh(rough)
		beat, ok := Even(all)
		fmt.Fprintf(&got, "gains %.9g, clear %t; %.9g a second, off %.9g s, %t\n", gains, clear, beat.Rate, beat.Off, ok)
		for i, r := range all {
			fmt.Fprintf(&got, "recording %d ends at %.9g s\n", i, r.Times[len(r.Times)-1])
		}
	}
	golden.Compare(t, "testdata/beats.txt", got.String())
}

// rounded returns a JSON text with numbers of nine digits.
func rounded(t *testing.T, text []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(nine(value))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// nine replaces the numbers of a JSON value by their first nine digits.
func nine(value any) any {
	switch v := value.(type) {
	case float64:
		if math.Abs(v) < 1e-9 { // what rounding leaves
			return 0
		}
		return json.Number(fmt.Sprintf("%.9g", v))
	case []any:
		for k := range v {
			v[k] = nine(v[k])
		}
	case map[string]any:
		for k := range v {
			v[k] = nine(v[k])
		}
	}
	return value
}

func starts(scene *sim.Scene) (out [][]float64) {
	for _, s := range scene.Start() {
		values := s.Values()
		out = append(out, values[:])
	}
	return out
}

func count(sights [][]sim.Sight) (n int) {
	for _, row := range sights {
		for _, s := range row {
			if s.Seen {
				n++
			}
		}
	}
	return n
}

func seenAt(s sim.Sight) []float64 { return []float64{s.X, s.Y, s.Angle, s.After} }
