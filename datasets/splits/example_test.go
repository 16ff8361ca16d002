package splits_test

import (
	"fmt"

	"orrery/datasets/splits"
)

func ExampleParse() {
	division, err := splits.Parse("val=0.1,test=0.1")
	if err != nil {
		panic(err)
	}
	runs, err := division.Of(400)
	if err != nil {
		panic(err)
	}
	fmt.Println(runs)
	fmt.Println(runs.Encode())
	// Output:
	// train 0 to 319, val 320 to 359, test 360 to 399
	// map[test:360:400 train:0:320 val:320:360]
}
