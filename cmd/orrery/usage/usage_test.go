package usage

import (
	"errors"
	"testing"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
)

// TestMistakesOfCommandLinesAreTold: what is missing or too much, and of flags what they must be.
func TestMistakesOfCommandLinesAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"a", "b"}, ""}, {[]string{"a"}, "try: DIR is missing"}, {nil, "try: FILE is missing"}, {[]string{"a", "b", "c", "d"}, `try: unexpected argument "c"`},
		{[]string{"a", "b", "--n", "x"}, `try: --n "x" must be a whole number`}, {[]string{"a", "b", "--n", "1.5"}, `try: --n "1.5" must be a whole number`}, {[]string{"a", "b", "--u", "-1"}, `try: --u "-1" must be a whole number from 0`},
		{[]string{"a", "b", "--f", "fast"}, `try: --f "fast" must be a number`}, {[]string{"a", "b", "--d", "4"}, `try: --d "4" must be a time such as 90s, 4m or 1h30m`}, {[]string{"a", "b", "--b=perhaps"}, `try: --b "perhaps" must be true or false`},
		{[]string{"a", "b", "--list", "1,x"}, `try: --list "1,x" must be whole numbers with commas between them`}, {[]string{"a", "b", "--map", "x"}, `try: --map "x" must be name=value, several with commas between them`},
		{[]string{"a", "b", "--n"}, "try: --n needs a value"}, {[]string{"a", "b", "--=3"}, `try: "--=3" must be --name or --name=value`}, {[]string{"a", "b", "--unheard"}, "try: unknown flag: --unheard"},
		{[]string{"a", "b", "--share", "1.5"}, "try: --share 1.5 must be from 0 to 1"}, {[]string{"a", "b", "--share", "0.5", "--n", "-3", "--d", "1m", "--b"}, ""},
	} {
		ran := false
		cmd := &cobra.Command{Use: "try", Args: Args("FILE", "DIR"), SilenceErrors: true, SilenceUsage: true, Run: func(*cobra.Command, []string) { ran = true }}
		flags := cmd.Flags()
		flags.Int("n", 0, "")
		flags.Uint64("u", 0, "")
		flags.Float64("f", 0, "")
		flags.Duration("d", 0, "")
		flags.Bool("b", false, "")
		flags.IntSlice("list", nil, "")
		flags.StringToString("map", nil, "")
		var share float64
		console.NumberVar(flags, &share, "share", console.Between(0, 1), "")
		cmd.SetFlagErrorFunc(FlagError)
		cmd.SetArgs(append([]string{}, c.args...))
		err := cmd.Execute()
		if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want || ran != (c.want == "") {
			t.Errorf("%v: %v, want %q", c.args, err, c.want)
		}
		var usage interface{ Unwrap() error }
		if err != nil && !errors.As(err, &usage) {
			t.Errorf("%v: %T is no mistake of usage", c.args, err)
		}
	}
}
