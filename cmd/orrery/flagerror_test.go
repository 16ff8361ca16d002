package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// goWords are what Go's own packages say of bad input.
var goWords = regexp.MustCompile(`strconv|invalid syntax|value out of range|cannot unmarshal|invalid character|unmarshal|(?:^| )json:|parse error|bare "|Go value|unexpected EOF|pflag|goroutine|%!`)

// eachCommand calls visit with every command of the tree and the words that lead to it.
func eachCommand(cmd *cobra.Command, words []string, visit func(cmd *cobra.Command, words []string)) {
	visit(cmd, words)
	for _, sub := range cmd.Commands() {
		eachCommand(sub, append(words[:len(words):len(words)], sub.Name()), visit)
	}
}

// TestBadValuesOfFlagsAreSaidInTheUsersWords gives every flag of every command values
// that it cannot take, and none at all.
func TestBadValuesOfFlagsAreSaidInTheUsersWords(t *testing.T) {
	skipShort(t)
	t.Parallel()
	checked := 0
	check := func(name, want string, line ...string) {
		t.Helper()
		checked++
		code, _, stderr := runLine(t.Context(), line...)
		if code != exitUsage || !strings.HasPrefix(stderr, "orrery: "+name+": "+want) || goWords.MatchString(stderr) {
			t.Errorf("orrery %s: exit code %d: %s want %q at first", strings.Join(line, " "), code, stderr, want)
		}
	}
	eachCommand(newRootCommand(), nil, func(cmd *cobra.Command, words []string) {
		check(cmd.Name(), "unknown flag: --no-such-flag", append(words, "--no-such-flag")...)
		check(cmd.Name(), `"--=3" must be --name or --name=value`, append(words, "--=3")...)
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if flag.NoOptDefVal == "" {
				check(cmd.Name(), "--"+flag.Name+" needs a value", append(words, "--"+flag.Name)...)
			}
			switch flag.Value.Type() {
			case "string", "stringArray", "SCENARIO", "NAME|DIR":
				return // any text is good so far
			}
			if cmd.Name() == "view" && slices.Contains([]string{"model", "scene", "record", "film"}, flag.Name) {
				return // what is good is known only when it opens
			}
			bads := []string{`"x"y`, "1,\"", "9999999999999999999999x"}
			if flag.Value.Type() == "stringSlice" {
				bads = bads[:2] // the third is a word
			}
			for _, bad := range bads {
				shown := strings.NewReplacer(`"`, `\"`).Replace(bad)
				check(cmd.Name(), "--"+flag.Name+` "`+shown+`" must be `, append(words, "--"+flag.Name+"="+bad)...)
			}
		})
	})
	if checked < 300 {
		t.Errorf("only %d command lines were tried", checked)
	}
	check("import", `--fps "30 Hz" must be a number such as 30, 29.97 or 30000/1001`, "import", "csv", "nowhere.csv", "--fps", "30 Hz", "--out", "x")
	check("gen", `--seed "-1" must be a whole number from 0`, "gen", "mixed", "--seed", "-1")
	check("train", `--budget "4 minutes" must be a time such as 90s, 4m or 1h30m`, "train", "x", "--budget", "4 minutes")
	check("gen", `--json "perhaps" must be true or false`, "gen", "--json=perhaps")
	check("gen", `--set "bodies" must be key=number or key=low:high`, "gen", "--set", "bodies")
}

// TestNumbersOfFlagsAreCheckedBeforeTheWork gives each numeric flag of each command a number
// that it cannot take, with paths that lead nowhere. The error names the flag and the rule,
// not the path.
func TestNumbersOfFlagsAreCheckedBeforeTheWork(t *testing.T) {
	skipShort(t)
	t.Parallel()
	arguments := map[string][]string{
		"eval": {"nowhere", "--data", "nowhere"}, "export": {"nowhere", "--to", "csv"}, "gen": {"mixed"}, "import": {"csv", "nowhere"},
		"inspect": {"nowhere"}, "merge": {"nowhere"}, "plan": {"push", "--model", "nowhere"}, "render": {"nowhere"},
		"rollout": {"nowhere", "--data", "nowhere"}, "scenes": {"mixed"}, "surprise": {"nowhere", "nowhere"}, "train": {"nowhere"},
	}
	out, seen := filepath.Join(t.TempDir(), "out"), 0
	eachCommand(newRootCommand(), nil, func(cmd *cobra.Command, words []string) {
		line := append(words, arguments[cmd.Name()]...)
		if cmd.Flags().Lookup("out") != nil {
			line = append(line, "--out", out)
		}
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			bad := "-1"
			switch flag.Value.Type() {
			case "int", "float64":
			case "duration":
				bad = "-5s"
			case "intSlice":
				bad = "4,0"
			default:
				return
			}
			if flag.Name == "strength" {
				bad = "1e300" // a repulsion is below 0
			}
			seen++
			code, _, stderr := runLine(t.Context(), append(line[:len(line):len(line)], "--"+flag.Name, bad)...)
			if code != exitUsage || !strings.HasPrefix(stderr, "orrery: "+cmd.Name()+": --"+flag.Name+" "+bad+" must be ") {
				t.Errorf("orrery %s --%s %s: exit code %d: %s", strings.Join(line, " "), flag.Name, bad, code, stderr)
			}
		})
	})
	if seen < 60 {
		t.Errorf("only %d flags were tried", seen)
	}
}
