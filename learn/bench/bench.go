package bench

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"orrery/learn/nn"
)

// LearnResult has what Learn measures.
type LearnResult struct {
	Products          []ProductResult `json:"gemm"`
	MLPStepMS         float64         `json:"mlp_step_ms"`         // ms, median of a training step
	InteractionStepMS float64         `json:"interaction_step_ms"` // ms, likewise
	Workers           int             `json:"workers"`             // goroutines
	AllocsPerStep     uint64          `json:"allocs_per_step"`     // number of allocations in a step of the worse network
	PeakRSSMB         float64         `json:"peak_rss_mb"`         // 2²⁰ bytes; 0 where unknown
}

// InferResult has what Infer measures.
type InferResult struct {
	InteractionUS float64 `json:"interaction_16_us"`      // µs for one graph, 16 nodes by default, in one goroutine
	TogetherUS    float64 `json:"interaction_16_team_us"` // µs for the same graph, shared by the workers
	Workers       int     `json:"interaction_workers"`    // goroutines that share it
}

// Learn measures products and training steps. It ends early, with its error, when ctx does.
func Learn(ctx context.Context, cfg Config) (LearnResult, error) {
	if err := cfg.Validate(); err != nil {
		return LearnResult{}, err
	}
	result := LearnResult{Workers: cfg.Workers}
	for _, size := range cfg.Products {
		r, err := product(ctx, size, cfg.Duration)
		if err != nil {
			return LearnResult{}, err
		}
		result.Products = append(result.Products, r)
	}
	mlp, err := Step(ctx, newMLPObjective(cfg.MLP), cfg.MLP.Batch, wideChunks, cfg.Workers, cfg.Duration)
	if err != nil {
		return LearnResult{}, fmt.Errorf("mlp: %w", err)
	}
	interaction, err := Step(ctx, newInteractionObjective(cfg.Interaction), cfg.Interaction.Graphs, wideChunks, cfg.Workers, cfg.Duration)
	if err != nil {
		return LearnResult{}, fmt.Errorf("interaction: %w", err)
	}
	result.MLPStepMS, result.InteractionStepMS = 1e3*mlp.Seconds, 1e3*interaction.Seconds
	result.AllocsPerStep = max(mlp.Allocs, interaction.Allocs)
	result.PeakRSSMB = PeakRSS()
	return result, nil
}

// Infer measures the interaction network on one graph, in one goroutine and shared by the workers. It ends early,
// with its error, when ctx does.
func Infer(ctx context.Context, cfg Config) (InferResult, error) {
	if err := cfg.Validate(); err != nil {
		return InferResult{}, err
	}
	alone, err := answerTime(ctx, cfg, 1)
	together := alone
	if err == nil && cfg.Workers > 1 {
		together, err = answerTime(ctx, cfg, cfg.Workers)
	}
	return InferResult{1e6 * alone, 1e6 * together, cfg.Workers}, err
}

// answerTime returns how long workers take for one graph, in seconds.
func answerTime(ctx context.Context, cfg Config, workers int) (float64, error) {
	objective := newInteractionObjective(cfg.Interaction)
	w := newInteractionBatch(objective)
	w.gather([]int32{0})
	team := nn.NewTeam(objective.net, objective.params, objective.params.Data(), workers)
	defer team.Close()
	answer := make([]float32, len(w.target))
	return Time(ctx, cfg.Duration, func() { team.Forward(answer, w.nodes, w.edges, w.receivers, w.senders) })
}

// PeakRSS returns the most memory this process has had resident, in units of 2²⁰
// bytes, or 0 where that is not known.
func PeakRSS() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(kib), " kB"))
			return float64(n) / 1024
		}
	}
	return 0
}
