// Package report shows what world/eval has measured: as one sentence, as tables in text,
// as a page of HTML that needs nothing but itself, and as figures.
//
//	result, err := eval.Run(ctx, heldOut, entries, truth, eval.DefaultConfig(), nil)
//	fmt.Println(report.Sentence(result, "contact"))
//	err = report.WriteTable(os.Stdout, result)
//	err = report.WriteHTML(ctx, file, result, report.Page{Title: "contact on mixed", Model: "contact"})
//
// Glossary defines every value that is shown, with its formula and unit. Where a value was
// not measured, a dash stands in its place, or the part is left out.
//
// The same result gives the same bytes. Results that were read from metrics.json have no
// curves, so the page shows no figures of them.
package report
