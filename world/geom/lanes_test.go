package geom

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
)

// TestVectorsDoWhatPortableCodeDoes with hulls of two to four corners and with boxes, bit for bit.
func TestVectorsDoWhatPortableCodeDoes(t *testing.T) {
	if !vectors {
		t.Skip("no vector code for this processor")
	}
	defer func() { vectors = true }()
	rng := sim.NewRand(1, "hulls", 0)
	draw := func() *shape { // a shape of which the hull is nowhere yet
		n := 2 + rng.IntN(3)
		vertices := make([]sim.Vec, n)
		for k := range vertices {
			vertices[k] = sim.Vec{X: 0.2 + rng.Float64()}.Rotate(2 * math.Pi * (float64(k) + 0.4*rng.Float64()) / float64(n))
		}
		s := &shape{}
		s.local, _ = newHull(vertices, 0.1*rng.Float64(), make([]sim.Vec, roomOf(n)))
		s.hull, _ = blank(n, s.local.radius, make([]sim.Vec, roomOf(n)))
		return s
	}
	overlaps, apart, second := 0, 0, 0
	for range 5000 {
		shapes, hulls := [2]*shape{draw(), draw()}, [2]hull{}
		for i, s := range shapes {
			at, turned := sim.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64()}, turn{cos: 1}
			turned.to(7 * rng.NormFloat64())
			vectors = false
			s.placeAt(at, turned)
			hulls[i] = hull{vertices: slices.Clone(s.hull.vertices), normals: slices.Clone(s.hull.normals), radius: s.hull.radius}
			vectors = true
			s.placeAt(at, turned)
			if h := &hulls[i]; !slices.Equal(h.vertices, s.hull.vertices) || !slices.Equal(h.normals, s.hull.normals) {
				t.Fatalf("corners are at %v, and in portable code at %v", s.hull, *h)
			}
		}
		for _, enough := range []float64{0, 0.3, math.Inf(1)} {
			away, distance := ofNormals(&shapes[0].hull, &shapes[1].hull, enough)
			want, by := ofNormals(&hulls[0], &hulls[1], enough)
			if by > enough {
				if apart++; !(distance > enough) {
					t.Fatalf("%v m apart, and in portable code %v, more than %v", distance, by, enough)
				}
				continue
			}
			if away != want || distance != by {
				t.Fatalf("%v m along %v, and in portable code %v along %v", distance, away, by, want)
			}
			if by < 0 {
				overlaps++
			}
			if !slices.Contains(hulls[0].normals, want) {
				second++
			}
		}
	}
	if overlaps < 1000 || apart < 1000 || second < 1000 {
		t.Errorf("%d overlaps, %d pairs further apart than enough and %d that the second hull parts prove too little", overlaps, apart, second)
	}
	met := 0
	for range 500 {
		boxes := make([]box, 2+rng.IntN(63))
		for i := range boxes {
			x, y, w, h := rng.NormFloat64(), rng.NormFloat64(), 0.5*rng.Float64(), 0.5*rng.Float64()
			boxes[i] = box{w - x, h - y, w + x, h + y}
			if i > 0 && rng.IntN(4) == 0 { // side by side
				boxes[i].left = -boxes[i-1].right
			}
		}
		d := &Detector{boxes: boxes, moving: 1 + rng.IntN(len(boxes)), few: make([]uint64, len(boxes)), meet: make([]uint64, len(boxes))}
		for i := range boxes {
			d.few[i] = (rng.Uint64() | rng.Uint64()) & (1<<len(boxes) - 1) &^ (1<<(i+1) - 1)
		}
		d.few, d.meet = d.few[:d.moving], d.meet[:d.moving]
		vectors = false
		d.findFew()
		want := slices.Clone(d.meet)
		vectors = true
		if d.findFew(); !slices.Equal(d.meet, want) {
			t.Fatalf("the first %d of %v meet %b, and in portable code %b", d.moving, boxes, d.meet, want)
		}
		if slices.Max(want) != 0 {
			met++
		}
	}
	if met < 100 {
		t.Errorf("%d boxes that meet others prove too little", met)
	}
}
