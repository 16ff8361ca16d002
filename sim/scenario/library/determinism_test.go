package library

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"

	"orrery/sim/engine"
	"orrery/sim/scenario"
)

var update = flag.Bool("update", false, "rewrite the golden hashes")

// goldenPath holds the hash of each scenario by its name.
const goldenPath = "testdata/golden.json"

// TestScenariosAreDeterministic hashes the float64 bits of the states and actions of
// the first half of five episodes of each scenario, in which its default policy acts,
// made by one, two and five goroutines. The engine hashes contacts by their address,
// so what lies on the heap differs each time. The golden hashes hold where the compiler
// fuses no multiplication with an addition.
func TestScenariosAreDeterministic(t *testing.T) {
	golden := map[string]string{}
	if text, err := os.ReadFile(goldenPath); err != nil || json.Unmarshal(text, &golden) != nil {
		t.Errorf("%s: %v", goldenPath, err)
	}
	known := len(golden)
	for _, s := range List() {
		for _, workers := range []int{1, 2, 5} {
			if testing.Short() && workers < 5 {
				continue
			}
			got := hashEpisodes(t, s, workers)
			if *update && workers == 1 {
				golden[s.Name] = got
			}
			if got != golden[s.Name] && runtime.GOARCH == "amd64" {
				t.Errorf("%s, %d workers: hash %s, want %s; if the change is meant, run with -update", s.Name, workers, got, golden[s.Name])
			}
		}
	}
	if *update {
		text, err := json.MarshalIndent(golden, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(goldenPath, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if known != len(List()) {
		t.Errorf("%s has %d scenarios, the library %d", goldenPath, known, len(List()))
	}
}

func hashEpisodes(t *testing.T, s *scenario.Scenario, workers int) string {
	const count = 5
	var sums [count][]byte
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			e := engine.New()
			var litter [][]*byte
			for episode := w; episode < count; episode += workers {
				for i := range 500 { // of many sizes, like what the engine makes
					piece := make([]*byte, 4+(i*workers+episode)%60)
					if i%3 != 0 { // else it leaves a hole
						litter = append(litter, piece)
					}
				}
				sums[episode] = hashEpisode(t, e, s, episode)
			}
			runtime.KeepAlive(litter)
		})
	}
	wait.Wait()
	all := sha256.New()
	for _, sum := range sums {
		all.Write(sum)
	}
	return fmt.Sprintf("%x", all.Sum(nil))
}

func hashEpisode(t *testing.T, e *engine.Engine, s *scenario.Scenario, episode int) []byte {
	values, err := s.Values(nil)
	if err != nil {
		t.Error(err)
		return nil
	}
	scene, err := s.Sample(1, episode, values)
	if err != nil {
		t.Error(err)
		return nil
	}
	if err := e.Load(scene); err != nil {
		t.Error(err)
		return nil
	}
	trajectory, err := e.Run(nil, s.Frames/2, s.Policies()[0].Start(1, episode, scene))
	if err != nil {
		t.Error(err)
		return nil
	}
	hash := sha256.New()
	for k, state := range trajectory.States {
		if err := binary.Write(hash, binary.LittleEndian, state); err != nil {
			t.Error(err)
		}
		if err := binary.Write(hash, binary.LittleEndian, []float64(trajectory.Action(k))); err != nil {
			t.Error(err)
		}
	}
	return hash.Sum(nil)
}
