package film

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// survey looks through the film and decides which pictures are read and when they were taken.
func (f *Film) survey(ctx context.Context) error {
	f.first = -1
	var bytes int64
	err := f.decode(ctx, func(number int, time float64, pix []uint8) (bool, error) {
		f.facts.Seen = number + 1
		if math.IsNaN(time) || math.IsInf(time, 0) {
			return false, errors.New("has no time")
		}
		if time < f.options.Start {
			return true, nil
		}
		if f.options.End > 0 && time > f.options.End {
			return false, nil
		}
		if n := len(f.times); n > 0 && !(time > f.times[n-1]) {
			return false, fmt.Errorf("at %g s comes no later than the one before, at %g s", time, f.times[n-1])
		}
		if len(f.times) == f.options.MostPictures {
			return false, fmt.Errorf("there are more than %d pictures: read a part of the film", f.options.MostPictures)
		}
		if bytes += 3 * int64(f.facts.Width) * int64(f.facts.Height); bytes > f.options.MostBytes {
			return false, fmt.Errorf("the pictures before it have %d bytes already: read a part of the film", f.options.MostBytes)
		}
		if f.first < 0 {
			f.first = number
		}
		f.times = append(f.times, time)
		return true, nil
	})
	if err != nil {
		return err
	}
	if len(f.times) == 0 {
		if f.facts.Seen == 0 {
			return fmt.Errorf("%s: has no pictures", f.name)
		}
		return fmt.Errorf("%s: has no picture from %g s on, only %d before", f.name, f.options.Start, f.facts.Seen)
	}
	f.kept = make([]bool, len(f.times))
	for k := range f.kept {
		f.kept[k] = k%f.options.Step == 0
	}
	f.measure()
	return nil
}

// measure fills in the facts about times, after it has stretched the times to the rate at which the film was made.
func (f *Film) measure() {
	facts := &f.facts
	var kept []float64
	for k, time := range f.times {
		if f.kept[k] {
			kept = append(kept, time)
		}
	}
	facts.Pictures = len(kept)
	if len(kept) < 2 {
		return
	}
	apart := make([]float64, len(kept)-1)
	for k := range apart {
		apart[k] = kept[k+1] - kept[k]
	}
	slices.Sort(apart)
	median := apart[len(apart)/2]
	facts.PlayedRate = 1 / median
	scale := 1.0
	if f.options.Rate > 0 {
		scale = float64(f.options.Step) / f.options.Rate / median
	}
	for k := range f.times {
		f.times[k] *= scale
	}
	median *= scale
	facts.Rate = 1 / median
	facts.Duration = (kept[len(kept)-1] - kept[0]) * scale
	for _, d := range apart {
		if d*scale > 1.5*median {
			facts.Gaps++
		}
	}
}
