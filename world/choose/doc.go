// Package choose finds the model that suits a scene among several trained ones.
//
//	choice := choose.Among(candidates, scene)
//	if choice.Index >= 0 {
//		model = candidates[choice.Index]
//	}
//	fmt.Println(choice.Why)
//
// It goes by what the scene has and what each model has seen in training. A Sight gathers
// what trajectories have in them; training stores it with the model as a world.Seen.
package choose
