// Package experiment holds the series of command lines that remake a table of the README
// or the embedded models: the demo, the accuracy of models, tasks, and models.
//
//	settings := experiment.Settings{Dir: "demo", Seed: 1, Workers: 2, Run: run}
//	err := experiment.Demo{Settings: settings, Episodes: 400, HeldOut: 200, Budget: time.Minute}.Do(ctx, os.Stdout, os.Stderr)
//
// An experiment knows no command. It hands each line to a Runner, says on stderr which, and
// reads what the line has written. It can be interrupted at any time: what is done is noted
// beside the results, and a run that resumes does only the rest. It refuses to reuse what
// another line has made. Times are in seconds, lengths in metres.
package experiment
