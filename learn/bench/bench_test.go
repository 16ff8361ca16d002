package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestLearnMeasuresEverything(t *testing.T) {
	r, err := Learn(t.Context(), Tiny())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Products) != 1 || !(r.Products[0].GFLOPS > 0) || !(r.MLPStepMS > 0) || !(r.InteractionStepMS > 0) || r.Workers != 2 {
		t.Errorf("measured %+v", r)
	}
	if r.AllocsPerStep != 0 {
		t.Errorf("a steady step allocates %d times", r.AllocsPerStep)
	}
	encoded, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`"gemm":[{"m":7,"k":5,"n":3,"gflops":`, `"mlp_step_ms":`, `"interaction_step_ms":`, `"workers":2`, `"allocs_per_step":0`, `"peak_rss_mb":`} {
		if !strings.Contains(string(encoded), key) {
			t.Errorf("%s lacks %s", encoded, key)
		}
	}
}

func TestInferMeasuresOneGraph(t *testing.T) {
	r, err := Infer(t.Context(), Tiny())
	if err != nil {
		t.Fatal(err)
	}
	if !(r.InteractionUS > 0) || !(r.TogetherUS > 0) || r.Workers != Tiny().Workers {
		t.Errorf("measured %+v", r)
	}
}

// TestMedianIsTheMiddleOne whatever the order, so that a pause of the machine counts once.
func TestMedianIsTheMiddleOne(t *testing.T) {
	for want, samples := range map[float64][]float64{2: {3, 1, 2}, 7: {7}, 5: {1, 900, 5, 6, 2}} {
		if got := median(samples); got != want {
			t.Errorf("median %v of %v, want %v", got, samples, want)
		}
	}
}

// TestMeasuringEndsWithItsContext before the duration is over.
func TestMeasuringEndsWithItsContext(t *testing.T) {
	calls := 0
	ctx, stop := context.WithCancel(t.Context())
	_, err := Time(ctx, time.Hour, func() { calls++; stop() })
	if !errors.Is(err, context.Canceled) || calls == 0 {
		t.Errorf("%d calls, then %v", calls, err)
	}
	cfg := Tiny()
	cfg.Duration = time.Hour
	if _, err := Learn(ctx, cfg); !errors.Is(err, context.Canceled) {
		t.Errorf("training steps: %v", err)
	}
	if _, err := product(ctx, cfg.Products[0], time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("a product: %v", err)
	}
	if _, err := Step(ctx, newMLPObjective(cfg.MLP), cfg.MLP.Batch, 2, 1, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("a training step: %v", err)
	}
}

func TestWrongProductsAreFound(t *testing.T) {
	size := Product{2, 2, 1}
	a, b := []float32{1, 2, 3, 4}, []float32{5, 6}
	if err := checkProduct([]float32{17, 39}, a, b, size); err != nil {
		t.Error(err)
	}
	err := checkProduct([]float32{17, 39.01}, a, b, size)
	if err == nil || !strings.Contains(err.Error(), "element (1,0) is 39.01, must be 39") {
		t.Errorf("got %v", err)
	}
}

func TestConfigNamesTheSizeOutOfRange(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"product k 0":                   func(c *Config) { c.Products[0].K = 0 },
		"mlp layers 1":                  func(c *Config) { c.MLP.Layers = c.MLP.Layers[:1] },
		"mlp layer -1":                  func(c *Config) { c.MLP.Layers[1] = -1 },
		"mlp batch 0":                   func(c *Config) { c.MLP.Batch = 0 },
		"interaction nodes 1":           func(c *Config) { c.Interaction.Nodes = 1 },
		"interaction hidden 1073741824": func(c *Config) { c.Interaction.Hidden = 1073741824 },
		"workers 0":                     func(c *Config) { c.Workers = 0 },
		"duration 0s":                   func(c *Config) { c.Duration = 0 },
	} {
		cfg := Tiny()
		change(&cfg)
		if _, err := Learn(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func BenchmarkInteractionStep(b *testing.B) {
	size := DefaultConfig().Interaction
	objective := newInteractionObjective(size)
	gradient := objective.NewGradient()
	grad := make([]float32, objective.params.Len())
	examples := make([]int32, size.Graphs)
	for i := range examples {
		examples[i] = int32(i)
	}
	b.Run(fmt.Sprint(size), func(b *testing.B) {
		for b.Loop() {
			if _, err := gradient(objective.params.Data(), grad, examples); err != nil {
				b.Fatal(err)
			}
		}
	})
}
