package scenario_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"orrery/sim/scenario"
)

// load reads a file of testdata.
func load(t testing.TB, name string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Load("testdata/" + name + ".scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func BenchmarkSampleOfAFile(b *testing.B) {
	for _, name := range []string{"billiards", "push", "pendulum", "springs", "pile", "plinko"} {
		text, err := os.ReadFile("/tmp/lib/" + name + ".scenario.json")
		if err != nil {
			b.Fatal(err)
		}
		parsed, err := scenario.Parse(name, text)
		if err != nil {
			b.Fatal(err)
		}
		found, err := scenario.Find(name)
		if err != nil {
			b.Fatal(err)
		}
		for i, s := range []*scenario.Scenario{found, parsed} {
			values, _ := s.Values(nil)
			b.Run(fmt.Sprint(name, []string{" go", " file"}[i]), func(b *testing.B) {
				b.ReportAllocs()
				for episode := range b.N {
					if _, err := s.Sample(1, episode, values); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

var _ = strings.Contains
