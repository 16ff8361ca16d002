// Package fleet spreads the commands of this program over many processes and machines: a file
// says what is to be done, in stages and shards, and other programs, which people run already,
// decide when and where.
//
//	file, err := fleet.Read("fleet.yaml")
//	plan, err := fleet.NewPlan(file, check)
//	err = plan.Run(ctx, os.Stderr, fleet.Local{Program: program, Cores: 2})
//
// A task is one shard of a stage, or the merge of its shards. Every task is a process of its own,
// orrery fleet work, wherever it runs: it does its command line, and leaves a record in the
// folder of the fleet. What a task leaves depends on the file alone, so it may be killed,
// repeated, or run twice at once. Neither records nor logs name a machine or a user.
//
// Times are in seconds, memory in bytes.
package fleet
