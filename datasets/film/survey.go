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
	var changes []change
	var compared *compare
	err := f.decode(ctx, 0, func(number int, time float64, pix []uint8) (bool, error) {
		f.facts.Seen = number + 1
		if f.options.Looked != nil {
			f.options.Looked(f.facts.Seen, 0)
		}
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
		if compared == nil {
			compared = newCompare(f.region.Size(), f.watched)
		}
		f.times = append(f.times, time)
		changes = append(changes, compared.next(pix))
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
	f.played = slices.Clone(f.times)
	f.choose(changes, compared.blocks.X*compared.blocks.Y)
	return nil
}

// choose decides which pictures are read, when they were taken, and where episodes start.
func (f *Film) choose(changes []change, blocks int) {
	n := len(f.times)
	blank, twice := blanks(changes, blocks), make([]bool, n)
	if !f.options.Doubled {
		twice = doubled(changes)
	}
	var kept, starts []int // indices of pictures, and of kept at which episodes start
	var differ []change
	var times []float64
	f.kept = make([]bool, n)
	for k := range n {
		switch {
		case blank[k]:
			f.facts.Blank = append(f.facts.Blank, f.first+k)
			continue
		case twice[k]:
			f.facts.Doubled = append(f.facts.Doubled, f.first+k)
			continue
		}
		d := changes[k]
		if len(kept) > 0 && slices.Contains(blank[kept[len(kept)-1]:k], true) {
			starts = append(starts, len(kept))
			d = change{}
		}
		kept, differ, times = append(kept, k), append(differ, d), append(times, f.times[k])
	}
	played := fit(times, f.facts.Tick)
	starts = append(starts, cuts(differ, times, played.period)...)
	slices.Sort(starts)
	starts = slices.Compact(starts)
	for _, k := range starts {
		f.facts.Cuts = append(f.facts.Cuts, f.first+kept[k])
	}
	scale := 1.0
	f.facts.PlayedRate = played.rate()
	if f.options.Rate > 0 && played.period > 0 {
		scale = 1 / (f.options.Rate * played.period)
	}
	even := make([]float64, len(times))
	for k := range times {
		even[k] = played.time(times, k)
	}
	f.facts.Evened = played.even && f.facts.Tick > 0
	if len(f.facts.Doubled) > 0 && insertedBetween(changes, twice) {
		from := 0
		for _, to := range append(starts, len(times)) {
			f.facts.Retimed = evenly(even[from:to], fit(f.times, f.facts.Tick).period) || f.facts.Retimed
			from = to
		}
	}
	for i, k := range kept {
		f.times[k] = even[i] * scale
		f.kept[k] = i%f.options.Step == 0
	}
	f.from, f.to = 0, n
	f.measure()
}

// measure fills in the facts about the pictures from f.from to f.to.
func (f *Film) measure() {
	facts := &f.facts
	var times []float64
	for k := f.from; k < f.to; k++ {
		if f.kept[k] {
			times = append(times, f.times[k])
		}
	}
	facts.Pictures = len(times)
	facts.Duration = times[len(times)-1] - times[0]
	grid := fit(times, 0)
	facts.Rate, facts.Jitter, facts.Gaps = grid.rate(), grid.jitter, grid.gaps
}

// Episodes returns a film for each stretch between cuts: this one when there are none. Numbers and times stay
// those of the whole film.
func (f *Film) Episodes() []*Film {
	if len(f.facts.Cuts) == 0 {
		return []*Film{f}
	}
	var out []*Film
	ends := append(append([]int{}, f.facts.Cuts...), f.first+f.to)
	from := f.from
	for _, end := range ends {
		part := *f
		part.from, part.to = from, end-f.first
		within := func(numbers []int) (some []int) {
			for _, number := range numbers {
				if number >= f.first+part.from && number < end {
					some = append(some, number)
				}
			}
			return some
		}
		part.facts.Cuts, part.facts.Doubled, part.facts.Blank = nil, within(f.facts.Doubled), within(f.facts.Blank)
		part.measure()
		out = append(out, &part)
		from = part.to
	}
	return out
}
