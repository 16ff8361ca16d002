// Package contest lets a model plan the episodes of a task, which the engine runs, and
// judges what comes of them.
//
//	c := contest.Contest{Task: push, Starts: contest.TaskStarts(push, 2, nil), Limit: push.Task.TimeLimit,
//		Model: model, Config: config, Seed: 2, Abreast: 1}
//	attempts, skipped, err := c.Run(ctx, os.Stderr, 250)
//	result := contest.NewResult(contest.Terms{}, attempts)
//
// Lengths are in metres, times of decisions in milliseconds. The scenes, the settings
// and the seed fix an episode bit for bit, but for the time of its decisions, whatever the
// number of workers and of episodes at the same time.
package contest
