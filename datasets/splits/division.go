package splits

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery/sim/input"
)

// Division says how many of the episodes of a dataset each split gets, in their order.
type Division []Part

// Part is one split of a division.
type Part struct {
	Name   string
	Amount float64 // share of the episodes, from 0 to 1, or their number
	left   bool    // gets what the others leave; Amount is 0
}

// Parse reads a division such as train=0.8,val=0.1,test=0.1, or train=80,val=10,test=10. All
// numbers are shares, which make 1 together, or all are numbers of episodes. Where train is not
// named it comes first and gets what the others leave.
func Parse(text string) (Division, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errNone
	}
	var d Division
	for _, field := range strings.Split(text, ",") {
		name, amount, found := strings.Cut(field, "=")
		name, amount = strings.TrimSpace(name), strings.TrimSpace(amount)
		number, ok := input.ParseNumber(amount)
		known := []string{Train, Val, Test}
		switch {
		case !found || name == "":
			return nil, fmt.Errorf("%.40q must be a split and how much it gets, such as val=0.1", strings.TrimSpace(field))
		case !slices.Contains(known, name):
			return nil, fmt.Errorf("%.40q must be %s%s", name, strings.Join(known, ", "), meant(name, known))
		case slices.ContainsFunc(d, func(p Part) bool { return p.Name == name }):
			return nil, fmt.Errorf("%s is named twice", name)
		case !ok || !(number > 0) || number > 1 && number != math.Trunc(number) || number > maxEpisodes:
			return nil, fmt.Errorf("%s=%.40s must be a share above 0 and below 1, or a whole number of episodes", name, amount)
		}
		d = append(d, Part{Name: name, Amount: number})
	}
	if !slices.ContainsFunc(d, func(p Part) bool { return p.Name == Train }) {
		d = slices.Insert(d, 0, Part{Name: Train, left: true})
	}
	return d, d.validate()
}

// maxEpisodes is more than any dataset has.
const maxEpisodes = 1 << 30

// meant returns a hint at the split that was probably meant.
func meant(name string, known []string) string {
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(lower, "valid"), lower == "dev", lower == "eval":
		return fmt.Sprintf(", perhaps %q", Val)
	case strings.HasPrefix(lower, "train"):
		return fmt.Sprintf(", perhaps %q", Train)
	case strings.HasPrefix(lower, "test"), lower == "holdout":
		return fmt.Sprintf(", perhaps %q", Test)
	}
	return input.Perhaps(name, known)
}

// slack is what shares may be off for their decimals.
const slack = 1e-6

// validate returns an error when the shares are not those of one whole.
func (d Division) validate() error {
	sum := d.sum()
	switch {
	case !d.Shares():
		return nil // Of tells
	case slices.ContainsFunc(d, func(p Part) bool { return p.Amount > 1 }):
		return fmt.Errorf("%v must be all shares or all numbers of episodes", d)
	case d[0].left && !(sum < 1-slack):
		return fmt.Errorf("%v: the shares are %g together and leave nothing to train on", d, round(sum))
	case !d[0].left && !(math.Abs(sum-1) <= slack):
		return fmt.Errorf("%v: the shares must be 1 together, and are %g", d, round(sum))
	}
	return nil
}

// round takes away what adding decimals has left.
func round(v float64) float64 { return math.Round(v*1e6) / 1e6 }

func (d Division) sum() float64 {
	sum := 0.0
	for _, p := range d {
		sum += p.Amount
	}
	return sum
}

// Shares reports whether the division is one by shares, and not by numbers of episodes. A single
// train=1 is the share.
func (d Division) Shares() bool {
	fraction := func(p Part) bool { return p.Amount < 1 && !p.left }
	return slices.ContainsFunc(d, fraction) || len(d) == 1 && d[0].Amount == 1
}

// String returns the division as Parse reads it.
func (d Division) String() string {
	var texts []string
	for _, p := range d {
		if !p.left {
			texts = append(texts, fmt.Sprintf("%s=%v", p.Name, p.Amount))
		}
	}
	return strings.Join(texts, ",")
}

// Of returns the splits of so many episodes. Shares are those of the nearest number of episodes, but for
// splits that would get none: every split gets one at least. Without a division the splits are nil.
func (d Division) Of(episodes int) (Splits, error) {
	whole := 1.0
	if !d.Shares() {
		whole = float64(episodes)
	}
	if left := whole - d.sum(); len(d) > 0 && !d.Shares() && (left < 0 || (left > 0) != d[0].left) {
		if d[0].left && left == 0 {
			return nil, fmt.Errorf("%v leaves none of the %s to train on", d, input.Count(episodes, "episode"))
		}
		return nil, fmt.Errorf("%v names %s, and there are %d", d, input.Count(int(d.sum()), "episode"), episodes)
	}
	if episodes < len(d) {
		return nil, fmt.Errorf("%v makes %s, and there %s", d, input.Count(len(d), "split"), isOrAre(episodes))
	}
	var s Splits
	amount, from := 0.0, 0
	for i, p := range d {
		if p.left {
			p.Amount = whole - d.sum()
		}
		amount += p.Amount
		others := len(d) - 1 - i // that come after it
		to := max(from+1, min(int(math.Round(amount/whole*float64(episodes))), episodes-others))
		if others == 0 {
			to = episodes
		}
		s = append(s, Split{p.Name, from, to})
		from = to
	}
	return s, nil
}

// isOrAre returns so many episodes with their verb.
func isOrAre(episodes int) string {
	if episodes == 1 {
		return "is 1 episode"
	}
	return fmt.Sprintf("are %d episodes", episodes)
}
