// Package policy holds ways to act in a scene: at random, along given ways, or by
// playing with what is there. None learns, and none looks ahead.
//
//	p := policy.Noise()
//	act := p.Start(seed, episode, scene)
//	action := act(frame, state)
//
// A policy is a function of seed, episode and scene, and of the states it was shown. Units
// are those of sim. What drives a robot moves a kinematic body that actuators take along
// x and y: its velocity, or the place it is drawn to.
package policy
