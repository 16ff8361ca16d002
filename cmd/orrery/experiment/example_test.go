package experiment_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"orrery/cmd/orrery/experiment"
)

func Example() {
	dir, err := os.MkdirTemp("", "orrery-example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	run := func(_ context.Context, _, _ io.Writer, args []string) error {
		fmt.Println(strings.ReplaceAll(strings.Join(args, " "), dir+string(filepath.Separator), ""))
		return nil
	}
	demo := experiment.Demo{
		Settings: experiment.Settings{Dir: filepath.Join(dir, "demo"), Seed: 1, Workers: 2, Run: run},
		Episodes: 400, HeldOut: 200, Budget: time.Minute,
	}
	if err := demo.Do(context.Background(), io.Discard, io.Discard); err != nil {
		fmt.Println(err)
	}
	// Output:
	// gen mixed --episodes 400 --seed 1 --out demo/dataset --workers 2
	// train demo/dataset --model contact --seed 1 --budget 1m0s --out demo/model --workers 2
	// gen mixed --episodes 200 --seed 2 --out demo/heldout --workers 2
	// eval demo/model --data demo/heldout --episodes 200 --report demo --workers 2
}
