// Package bench measures how fast this machine works with engine and models together:
// training and prediction of the contact network, decisions of a planner, three worlds
// that other engines have run too, and every scenario, also on its way to disk.
//
//	config := bench.Config{Contact: contact.DefaultConfig(), Batch: 256, Scenes: 512, Workers: 2, Duration: time.Second}
//	prediction, err := config.Predict(ctx)
//
// Every figure is in wall time, so the machine should be idle. Networks without physics
// are measured by learn/bench. All measurements end, with its error, soon after ctx does.
package bench
