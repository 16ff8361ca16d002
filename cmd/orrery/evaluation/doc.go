// Package evaluation measures models on sets of true episodes, beside the engine.
//
//	entrants, err := evaluation.LoadEntrants([]string{"small=models/a", "true"}, load)
//	set, err := evaluation.ReadSet(ctx, os.Stderr, "", data, []int{0, 1, 2})
//	result, err := evaluation.Compare(ctx, os.Stderr, entrants, []*evaluation.Set{set}, eval.DefaultConfig())
//
// It shows on stderr how far it is, and names episodes by their numbers in the dataset. What
// is measured, its units and what can be relied on of determinism are those of package
// world/eval.
package evaluation
