package hits

import (
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"orrery/world/identify"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

func TestDev(t *testing.T) {
	noise := 0.001
	if v := os.Getenv("NOISE"); v != "" {
		noise, _ = strconv.ParseFloat(v, 64)
	}
	for seed := uint64(1); seed <= 4; seed++ {
		set := discs.Default()
		set.Seed, set.Noise = seed, noise
		var watches []*observe.Watch
		truth := set.Scene()
		for k := range 30 {
			w := set.Watch(set.Episode(k), k)
			sc := *w.Scene
			sc.Bodies = append(sc.Bodies[:0:0], sc.Bodies...)
			for i := range sc.Bodies {
				sc.Bodies[i].Moment /= sc.Bodies[i].Mass
				sc.Bodies[i].Mass = 1
			}
			w.Scene = &sc
			watches = append(watches, w)
		}
		began := time.Now()
		o := &identify.Options{}
		sn, err := look(context.Background(), watches, o)
		if err != nil {
			t.Fatal(err)
		}
		looked := time.Since(began)
		s := &study{o: o, scene: watches[0].Scene, label: identify.Label{Scene: watches[0].Scene}, seen: sn}
		var legs []*leg
		for k := range sn.legs {
			legs = append(legs, &sn.legs[k])
		}
		p, ok := fall(legs)
		fmt.Println("flight", ok, p.flight, p.flights, p.residuals, p.turns, len(legs))
		if err := s.gather(context.Background()); err != nil {
			t.Fatal(err)
		}
		s.islands()
		gathered := time.Since(began)
		if err := s.fit(context.Background()); err != nil {
			t.Fatal(err)
		}
		fmt.Println("impacts", len(s.windows), "broken", s.broken, "scale", s.scale, looked, gathered, time.Since(began))
		in := 0
		for _, w := range s.windows {
			c, _ := w.cost(w.z, s.system.c.values(), nil)
			if c < s.system.limit(w) {
				in++
			}
		}
		fmt.Println("in", in)
		for _, c := range s.system.c.all {
			v := c.value(c.x, 1)
			if c.name == identify.Mass {
				var i int
				fmt.Sscanf(c.of, "body%d", &i)
				v = v / (truth.Bodies[i].Mass / truth.Bodies[0].Mass)
			}
			fmt.Printf("  %s %s %.4f\n", c.name, c.of, v)
		}
		_ = math.Pi
	}
}
