package usage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"orrery/cmd/orrery/console"
)

// flagRules say what a value of a flag has to be, by the type of the flag. The types
// that this program adds say it themselves.
var flagRules = map[string]string{
	"bool":           "must be true or false",
	"duration":       "must be a time such as 90s, 4m or 1h30m",
	"float64":        "must be a number",
	"int":            "must be a whole number",
	"intSlice":       "must be whole numbers with commas between them",
	"uintSlice":      "must be whole numbers from 0 with commas between them",
	"float64Slice":   "must be numbers with commas between them",
	"stringSlice":    "must be words with commas between them",
	"stringToString": "must be name=value, several with commas between them",
	"uint64":         "must be a whole number from 0",
}

// FlagError says what is wrong with the flags of a command line, for all commands.
func FlagError(cmd *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	var syntax *pflag.InvalidSyntaxError
	var bounds *console.OutOfBounds
	switch {
	case errors.As(err, &value) && errors.As(value, &bounds):
		err = fmt.Errorf("--%s %.60s %s", value.GetFlag().Name, value.GetValue(), bounds.Rule)
	case errors.As(err, &value):
		flag := value.GetFlag()
		rule, known := flagRules[flag.Value.Type()]
		if !known {
			rule = strings.TrimPrefix(errors.Unwrap(value).Error(), fmt.Sprintf("%q ", value.GetValue()))
		}
		err = fmt.Errorf("--%s %.60q %s", flag.Name, value.GetValue(), rule)
	case errors.As(err, &missing):
		err = fmt.Errorf("--%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &syntax):
		err = fmt.Errorf("%.60q must be --name or --name=value", syntax.GetSpecifiedFlag())
	}
	return console.Usagef("%s: %w", cmd.Name(), err)
}
