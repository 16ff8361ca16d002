package report_test

import (
	"fmt"

	"orrery/world/eval"
	"orrery/world/eval/report"
)

func ExampleSentence() {
	result := &eval.Result{
		Settings: eval.DefaultConfig(), Episodes: 50, HorizonsS: []float64{0.5, 1},
		Rows: []eval.Row{{Name: "contact", EpsilonM: []eval.Number{0.0002, 0.0008}}},
	}
	fmt.Println(report.Sentence(result, "contact"))
	// Output:
	// at one second contact is as good as the true engine with initial positions known to 0.8 mm
}
