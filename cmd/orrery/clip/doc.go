// Package clip finds a stretch of motion to look at: an episode of a dataset, a rollout
// file, or a scene file that the engine runs. A model can add its prediction.
//
//	c, err := clip.Load(ctx, "data/mixed", "", 3, 0)
//	err = c.Predict(ctx, os.Stderr, model, nil)
//	reel, err := film.NewReel(c.Film())
//
// Lengths are in metres and times in seconds. The path, the episode and the model fix a
// clip bit for bit on one architecture.
package clip
