package usage

import (
	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
)

// Args accepts exactly the named positional arguments.
func Args(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return console.Usagef("%s: %s is missing", cmd.Name(), names[len(args)])
		case len(args) > len(names):
			return console.Usagef("%s: unexpected argument %q", cmd.Name(), args[len(names)])
		}
		return nil
	}
}
