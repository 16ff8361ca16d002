package follow_test

import (
	"fmt"
	"math"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"orrery/sim/render/footage"
	"orrery/world/watch/follow"
)

func TestBenchX(t *testing.T) {
	scen := strings.Fields(os.Getenv("SCEN"))
	if len(scen) == 0 {
		t.Skip()
	}
	for _, s := range scen {
		for _, nu := range strings.Split(os.Getenv("NUIS"), ",") {
			var ns []footage.Nuisance
			for _, n := range strings.Fields(nu) {
				ns = append(ns, footage.Nuisance(n))
			}
			m := shoot(t, s, 1, 61, nil, ns...)
			t0 := time.Now()
			o := m.follow(t, follow.DefaultOptions())
			el := time.Since(t0)
			fmt.Printf("%-10s %-10s err %s  ang° %s  lost %d/%d  z² %.2f  za² %.2f  %.1f fps\n", s, nu, ms(o.errors, 1), ms(o.angles, 180/math.Pi), o.lost, o.all, med(o.normal)/0.455, med(o.turned)/0.455, 61/el.Seconds())
		}
	}
}

func ms(v []float64, k float64) string {
	if len(v) == 0 {
		return "-"
	}
	s := 0.0
	for _, x := range v {
		s += x * k / float64(len(v))
	}
	w := append([]float64(nil), v...)
	sort.Float64s(w)
	return fmt.Sprintf("%.3f/%.3f max %.2f", s, w[len(w)*95/100]*k, w[len(w)-1]*k)
}
func med(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	w := append([]float64(nil), v...)
	sort.Float64s(w)
	return w[len(w)/2]
}
