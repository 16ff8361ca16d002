package contest_test

import (
	"context"
	"fmt"
	"io"

	"orrery/cmd/orrery/contest"
	"orrery/sim/scenario/library"
)

func Example() {
	cartpole, err := library.Find("cartpole")
	if err != nil {
		fmt.Println(err)
		return
	}
	values, err := cartpole.Values(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := contest.Contest{ // without a model it acts at random
		Task: cartpole, Starts: contest.TaskStarts(cartpole, 2, values), Limit: cartpole.Task.TimeLimit, Seed: 2, Abreast: 1,
	}
	attempts, skipped, err := c.Run(context.Background(), io.Discard, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	result := contest.NewResult(contest.Terms{}, attempts)
	fmt.Printf("%d of %d episodes succeeded, %d were solved at the start\n", int(result.Success.Rate*3+0.5), result.Episodes, skipped)
	// Output: 0 of 3 episodes succeeded, 0 were solved at the start
}
