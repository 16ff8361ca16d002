// Package edit changes scenarios by hand: it holds a scenario file, what of it is selected, and what was done to it,
// which can be undone without limit. It knows no window.
//
//	d, err := edit.Open("table.scenario.json", text) // or edit.New(), or edit.Of(scenario, seed, episode, values)
//	err = d.Add("draw a disc", &file.Scenario{Bodies: []file.Body{{Shape: …, At: …}}})
//	d.Begin("move")
//	err = d.Move(sim.Vec{X: 0.1}) // as often as the hand moves, always from where it began
//	d.Commit()
//	name, ok := d.Undo()
//	os.WriteFile("table.scenario.json", d.Text(), 0o666)
//
// # Changes
//
// A gesture, from Begin to Commit, is one entry of the history and has a name. What is selected is none: selecting
// neither enters the history nor forgets what can be done again. A change is taken when the scenario that it makes is one:
// the rules are those of package scenario, and a refused change leaves everything as it was and says why in words.
// Only a scenario without bodies is let through, as every drawing begins as one.
//
// # Chance
//
// Scenarios draw by chance and by count. Whoever moves a thing of such a scenario by hand wants the others to stay where
// they are, so the first change of that sort writes down what was drawn: copies become bodies of their own, and things
// scattered get places. Numbers that depend on the scenario's parameters alone stay as they are, and its sliders with them.
//
// # Tools
//
// A Bench is a document with a tool in hand. It turns pointers into changes: mouse, finger and keys are alike to it.
//
//	b := edit.NewBench(d)
//	b.Take("disc")
//	b.Down(edit.Pointer{At: at, Reach: reach, Grid: 0.1})
//	b.Move(…) // as often as it moves
//	b.Up(…)
//	draw(b.Sketch(), b.Hint(false, false))
//
// A drag draws what has a size; clicks draw what has corners, until one is on the first or Finish ends it. A tool that ties
// takes what lies under the two ends of its drag. While something is drawn it is a Sketch and not yet a part of the
// document; what is moved is moved in the document, as one gesture. Places snap to what is near: corners and middles of
// other things, lines through these, and the grid. Lines and turns snap to parts of a turn. What the document refuses is
// told by Refusal.
//
// # Properties
//
// Sections lists what can be set of what is selected, of the scene and of its task.
//
//	for _, section := range edit.Sections(d) {
//		for _, p := range section.Properties {
//			err := p.Set(d, "0.5..1.5") // one entry of the history, or refused in words
//		}
//	}
//
// A Property belongs to the document as it was when Sections returned it.
//
// # Numbers
//
// A number is typed as the file has it, or as a text that is shorter: 0.5..1.5 for all values between, 2±0.1 for a normal
// distribution, 1 | 2 | 4 for a choice, 45deg, and any expression with the parameters of the scenario. An empty text
// takes the number out of the file, so that what is usual applies. A number as it stands may be dragged.
//
// # Text
//
// Text is what file.Encode writes, of which one text is the only one. Undo and Redo give back the same bytes.
//
// Lengths are in metres, angles in radians, as in package sim. A Document belongs to one goroutine.
package edit
