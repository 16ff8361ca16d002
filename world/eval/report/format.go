package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"orrery/world"
	"orrery/world/eval"
)

// absent stands in tables where nothing was measured.
const absent = "–"

// leastFixed is the least value written without an exponent.
const leastFixed = 5e-5

// mostFixed is the greatest value written without an exponent. Only models that have gone
// astray exceed it, by so much that their figures would fill a table.
const mostFixed = 1e6

// short writes a value with two significant digits, or two decimals from 1 on.
func short(x float64) string { return alike(x)[0] }

// alike writes values that stand together as short does, all with an exponent if one of them needs it.
func alike(values ...float64) []string {
	exponents := slices.ContainsFunc(values, func(x float64) bool {
		return eval.Number(x).Measured() && x != 0 && (math.Abs(x) < leastFixed || math.Abs(x) > mostFixed)
	})
	out := make([]string, len(values))
	for i, x := range values {
		switch {
		case !eval.Number(x).Measured():
			out[i] = absent
		case x == 0:
			out[i] = "0"
		case exponents:
			out[i] = fmt.Sprintf("%.1e", x)
		case math.Abs(x) >= 100:
			out[i] = fmt.Sprintf("%.0f", x)
		default:
			out[i] = strconv.FormatFloat(x, 'f', decimals(x, 2), 64)
		}
	}
	return out
}

// withEnds writes a mean and the interval around it, which is nothing where it was not measured.
func withEnds(mean, lo, hi float64) (value, interval string) {
	if !eval.Number(lo).Measured() || !eval.Number(hi).Measured() {
		return short(mean), ""
	}
	text := alike(mean, lo, hi)
	return text[0], text[1] + " to " + text[2]
}

// count writes a whole number, its thousands apart.
func count(x float64) string {
	if !eval.Number(x).Measured() {
		return absent
	}
	text := strconv.FormatFloat(x, 'f', 0, 64)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// decimals returns the number of decimals at which x, once rounded, shows some
// significant digits, and at least two.
func decimals(x float64, digits int) int {
	_, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', digits-1, 64), "e")
	n, _ := strconv.Atoi(exponent) // always a number
	return max(digits-1-n, 2)
}

// plusMinus writes the mean of column k with half its interval, both to the same
// decimal: the first that the half shows, within three digits of the mean.
func plusMinus(s *eval.Spread, k int) string { return withHalf(s.Mean[k], s.Lo95[k], s.Hi95[k]) }

// withHalf is plusMinus for a mean and the ends of its interval, which may not have been measured.
func withHalf(mean, lo, hi float64) string {
	half := (hi - lo) / 2
	switch {
	case !eval.Number(half).Measured():
		return short(mean)
	case mean < leastFixed || mean > mostFixed || half > mostFixed:
		text := alike(mean, half)
		return text[0] + " ± " + text[1]
	case half == 0:
		return short(mean) + " ± 0"
	}
	d := min(decimals(half, 1), decimals(mean, 3))
	return fmt.Sprintf("%.*f ± %.*f", d, mean, d, half)
}

// millimetres writes a length in millimetres, to two digits below 100.
func millimetres(metres float64) string {
	mm := metres * 1e3
	if mm >= 99.5 {
		return fmt.Sprintf("%.0f mm", mm)
	}
	return fmt.Sprintf("%.2g mm", mm)
}

// epsilonText writes the equivalent measurement error of a row, and of values
// off the ladder only on which side they lie.
func epsilonText(r *eval.Result, row *eval.Row, h int) string {
	if len(row.EpsilonM) == 0 || !row.EpsilonM[h].Measured() {
		return absent
	}
	rungs := r.Settings.RungsM()
	least, most := rungs[0], rungs[len(rungs)-1]
	switch e := float64(row.EpsilonM[h]); {
	case e < least:
		return "< " + millimetres(least)
	case e > most:
		return "> " + millimetres(most)
	default:
		return millimetres(e)
	}
}

func hasLadder(r *eval.Result) bool { return len(r.Rows) > 0 && len(r.Rows[0].EpsilonM) > 0 }

// horizonText writes the predictability horizon of a row; one as long as the
// episodes is only a lower bound.
func horizonText(r *eval.Result, row *eval.Row) string {
	text := short(float64(row.HorizonS))
	if float64(row.HorizonS) >= r.HorizonsS[len(r.HorizonsS)-1] {
		text = "≥ " + text
	}
	return text
}

// escapes returns a sentence for each row, but for those of the models that know no
// walls, whose predictions cannot be right.
func escapes(r *eval.Result) []string {
	var out []string
	for i := range r.Rows {
		row := &r.Rows[i]
		if row.Escapes != nil && row.Name != eval.Still && row.Name != eval.Ballistic {
			out = append(out, escapeText(row.Escapes, row.Name, r.Episodes))
		}
	}
	return out
}

// failures returns a sentence for each failed episode.
func failures(r *eval.Result) []string {
	var out []string
	for i := range r.Rows {
		for _, f := range r.Rows[i].Failures {
			if r.OfImpacts() {
				out = append(out, fmt.Sprintf("%s failed: %s", r.Rows[i].Name, f.Reason))
				continue
			}
			out = append(out, fmt.Sprintf("%s failed in episode %d (scene %s) at frame %d: %s", r.Rows[i].Name, f.Episode, f.Scene, f.Frame, f.Reason))
		}
	}
	return out
}

// Sentence says in words how good a model is at the headline horizon. Where the true
// states are measurements it says nothing of the engine, which did not make them, and
// names the models that need no training instead, and how far off the measurements are.
func Sentence(r *eval.Result, name string) string {
	row := r.Row(name)
	if row == nil {
		return fmt.Sprintf("no model %s was measured", name)
	}
	if r.OfImpacts() {
		return fmt.Sprintf("after an impact %s is %s m/s and %s rad/s off on average", name, short(float64(row.Impact.VelocityM)), short(float64(row.Impact.SpinRad)))
	}
	h := r.Headline()
	when := fmt.Sprintf("at %g seconds", r.HorizonsS[h])
	if r.HorizonsS[h] == 1 {
		when = "at one second"
	}
	known := epsilonText(r, row, h)
	if fitted := r.Row(eval.FittedEngine); fitted != nil && name != eval.FittedEngine && (r.Observed() || r.Measured) {
		text := fmt.Sprintf("%s %s errs by %s m, the best fitted engine by %s m", when, name, short(row.Position.Mean[h]), short(fitted.Position.Mean[h]))
		if floor := r.Row(eval.Measured); floor != nil && name != eval.Measured && eval.Number(floor.Position.Mean[h]).Measured() {
			text += fmt.Sprintf(" and the measurements by %s m", short(floor.Position.Mean[h]))
		}
		return text
	}
	switch {
	case r.Observed():
		text := fmt.Sprintf("%s %s is %s m from the measured positions on average%s", when, name, short(row.Position.Mean[h]), besides(r, name, h))
		if floor := r.Row(eval.Measured).Position.Mean[h]; name != eval.Measured && eval.Number(floor).Measured() {
			text += fmt.Sprintf("; the measurements themselves are %s m off", short(floor))
		}
		return text
	case r.Measured:
		return fmt.Sprintf("%s %s is %s m from the measured positions on average%s", when, name, short(row.Position.Mean[h]), besides(r, name, h))
	case known == absent:
		return fmt.Sprintf("%s %s is %s m from the truth on average", when, name, short(row.Position.Mean[h]))
	}
	known = strings.NewReplacer("< ", "better than ", "> ", "no better than ").Replace(known)
	return fmt.Sprintf("%s %s is as good as the true engine with initial positions known to %s", when, name, known)
}

// besides tells how far off the models are that need no training, for comparison.
func besides(r *eval.Result, name string, h int) string {
	var parts []string
	for _, other := range []string{eval.Ballistic, eval.Still} {
		if row := r.Row(other); row != nil && other != name {
			parts = append(parts, fmt.Sprintf("%s %s m", other, short(row.Position.Mean[h])))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, " and ")
}

// trueName returns what the tables call what truly happened.
func trueName(r *eval.Result) string {
	if r.Measured {
		return "measured"
	}
	return "truth"
}

// percent writes a share, to a tenth of a per cent at the least.
func percent(share float64) string {
	if !eval.Number(share).Measured() {
		return absent
	}
	if share > 0 && share < 0.0005 {
		return "< 0.1 %"
	}
	return fmt.Sprintf("%.3g %%", 100*share)
}

// comparedS are the horizons at which sets are shown side by side, in seconds.
var comparedS = []float64{0.5, 1}

// relativeText writes the error of a model in set i with its relation to the first.
func relativeText(r *eval.Result, model string, i int, seconds float64) (value, relation string) {
	value = short(float64(r.Sets()[i].ErrorAt(model, seconds)))
	if ratio := r.Relative(model, seconds)[i]; i > 0 && ratio.Measured() {
		relation = short(float64(ratio)) + "×"
	}
	return value, relation
}

// escapeText says in words how often and how far a model goes astray.
func escapeText(e *eval.Escapes, name string, episodes int) string {
	var parts []string
	for _, kind := range world.EscapeKinds() {
		if n := e.Count(kind); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	w := &e.Worst
	text := fmt.Sprintf("%s goes astray in %d of %d rollouts (%s); the worst is episode %d (scene %s)",
		name, e.Rollouts, episodes, strings.Join(parts, ", "), w.Episode, w.Scene)
	if w.First.Kind == world.NotFinite {
		return text + fmt.Sprintf(", which ends at frame %d", w.First.Frame)
	}
	return text + fmt.Sprintf(": %s; up to %.3g m beyond the arena, at up to %.3g m/s", w.First.String(), float64(w.FarthestM), float64(w.FastestMS))
}

// scaledHeads are the heads of the columns of the scaled squared error.
func scaledHeads() []string {
	var heads []string
	for _, k := range eval.ScaledFrames() {
		text := fmt.Sprintf("%d frames", k)
		if k == 1 {
			text = "1 frame"
		}
		heads = append(heads, text)
	}
	return heads
}
