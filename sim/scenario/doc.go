// Package scenario is the library of scenes: named samplers that turn a seed, an
// episode and a few parameters into a scene.
//
//	s, err := scenario.Find("mixed")
//	values, err := s.Values(map[string]float64{"bodies": 12})
//	scene, err := s.Sample(seed, episode, values)
//
// A sampled scene validates, and is a pure function of seed, episode and values:
// whoever asks, in whatever order, gets the same scene. Units are those of sim.
//
// Bodies are placed at random, so asking for more than fit is an error, not a
// longer search.
package scenario
