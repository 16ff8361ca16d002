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
// # Text
//
// Text is what file.Encode writes, of which one text is the only one. Undo and Redo give back the same bytes.
//
// Lengths are in metres, angles in radians, as in package sim. A Document belongs to one goroutine.
package edit
