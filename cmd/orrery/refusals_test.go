package main

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// refused has lines that are refused before anything is done. Words in {} are choices: the line stands for one with each.
var refused = []string{
	"bench --out - --against x", "bench nothing", "bench --model x", "bench sim --model x", "bench --mlp 0,5",
	"eval", "eval --cross 5", "eval m --data x --resume", "eval m --data x --steps 5", "eval m --data x --budget 1m",
	"eval --cross 5 x {--data=y,--sets=mixed,--only=iid,--episodes=2,--stride=2,--history=3,--fitted,--endurance=9,--horizons=1,--predictions=p.npz,--questions=q.npz}",
	"eval --cross 5 x --json --out -", "eval --cross 5 x --steps 5 --budget 1m",
	"eval m", "eval m --sets billiards --split test", "eval m --data x --only iid", "eval m --sets billiards --only iid,iid", "eval m --data x --json --out -",
	"eval m --data x --endurance 20 {--report=r,--fitted,--predictions=p.npz}", "eval m --data x --questions q.npz",
	"eval --data x --questions q.txt", "eval --data x --data y {--questions=q.npz,--predictions=p.npz}",
	"export x", "export x --out y --to tar", "export x --out y --to {csv,npz,hdf5} --model m", "export x --out y --to csv --pixels 8",
	"export x --out - --to npz", "export x --out - --to csv --json",
	"gen billiards --append --out x", "gen billiards --out x {--film-size=8x8,--film-paint=alike,--film-with=noise,--film-seed=3}", "gen billiards",
	"gen billiards --out x --resume --force", "gen billiards --out x --append --episodes 9 --force", "gen billiards --out x --append --episodes 9 --shard 0/3",
	"guide data film", "guide modell", "identify x --mass puck={0,-1,nan,1e99,heavy}",
	"import dxf x --out y", "import csv x", "import csv x --out y --resume --force",
	"import demonstrations", "import demonstrations x", "import demonstrations x --out y --append --force",
	"import impacts x --scene y", "import impacts x --out y", "import svg x --scale 1px/m", "import svg x --out y.json", "import svg x --scale 1px/m --out y",
	"merge", "merge x", "merge x --out y --resume --force", "models --out=", "new mine",
	"plan pusht --model true --append", "plan billiards --model true", "plan pusht", "plan pusht --model random {--planner=cem,--tune=samples=9,--observe=pixels}",
	"plan pusht --model true --observe ears", "plan pusht --model true --resume --force --out x", "plan pusht --model true --append --episodes 9",
	"plan pusht --model true --append --episodes 9 --save x --force", "plan pusht --model true --protocol best", "plan reach --model true --protocol recorded",
	"plan pusht --model true --protocol recorded", "plan pusht --model true --protocol recorded --data x --set size=3", "plan pusht --model true {--split=test,--data=x}",
	"render x", "render x --out y.gif --regions", "rollout m", "rollout m --data x", "rollout m --data x --out - --json", "gne", "nothing",
	"scenes mixed --scene --pictures x", "scenes --scene", "scenes mixed {--seed=3,--episode=2,--set=bodies=3}", "inspect refusals_test.go {--split=test,--deep,--layout=pusht}",
	"scenes --out x --pictures y", "schema scene",
	"serve --token x --open", "serve --listen 127.0.0.1:0 --model pusht", "serve --listen 127.0.0.1:0 --model true=x", "surprise m --data x --json --out -",
	"sweep", "sweep x --grid width --out y", "sweep x --draw width=3 --out y", "sweep x --grid width=8",
	"tasks --json --shard 0/2 --out x", "tasks --shard 0/2 --out=", "accuracy --json --shard 0/2 --out x", "sweep d --grid width=4 --json --shard 0/2 --out x",
	"eval m --data x --shard 0/2 --out x {--cross=5,--questions=q.npz,--endurance=9,--report=r,--json}", "plan pusht --model true --shard 0/2 --out x {--render=a.gif,--save=d,--append,--json}",
	"eval --data x --questions q.npz {--predictions=p.npz,--endurance=9,--fitted,--report=r,--out=o,--json,--seed=3}", "train", "train x --steps 5 --budget 1m --out y", "train x", "train x --out y --resume --force",
	"train x --out y --regions m {--model=mlp,--backend=gorgonia,--budget=1m,--steps=4,--weight=x=2,--inner-steps=2,--batch=4,--rate=0.1,--decay=0.1,--ensemble=2,--width=4,--rounds=2,--patience=2,--resume,--unknown=mass}",
	"train x --out y --regions m --contact-order=move,correct,force,solve", "train x --out y --model mlp --contact-order=move,correct,force,solve",
	"train x --out y --model mlp {--inner-steps=2,--ensemble=2}",
	"watch x",
}

// refusedElsewhere has what needs more than a line: data of a kind, a window or another machine.
var refusedElsewhere = []string{"in a table of impacts no time passes", "two sets are called", "can be reached from other machines", "is judged as a whole", "is for datasets, and", "the rows have no times",
	"is for tables of impacts, and", "is a table of impacts", "--unknown is for motion", "are for motion", "the split %s judges the model", "view: ", "scenario %q must be named once", "--ensemble is for", "is named twice", "two datasets are called", "must name one of the datasets", "there is only one", "model %s: the page opens",
}

// TestEachRefusalOfALineIsShown looks for all that commands refuse as wrong usage in their sources, and for a line that each
// refuses. They are run in a context that has ended, so that one that is not refused does nothing for long.
func TestEachRefusalOfALineIsShown(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	var said []string
	choices := regexp.MustCompile(`\{(.*,.*)\}`)
	for _, line := range refused {
		lines := []string{line}
		if at := choices.FindStringSubmatchIndex(line); at != nil {
			lines = nil
			for _, word := range strings.Split(line[at[2]:at[3]], ",") {
				lines = append(lines, line[:at[0]]+word+line[at[1]:])
			}
		}
		for _, line := range lines {
			code, stdout, stderr := runLine(ended, strings.Fields(line)...)
			if code != exitUsage || stdout != "" || strings.Count(stderr, "\n") < 1 {
				t.Errorf("orrery %s: exit code %d, %q", line, code, stdout+stderr)
			}
			said = append(said, strings.TrimPrefix(stderr, "orrery: "))
		}
	}
	verb := regexp.MustCompile(`%(\\\.)?[0-9]*[a-z]`)
	for place, format := range refusals(t) {
		rule := regexp.MustCompile(verb.ReplaceAllString(regexp.QuoteMeta(format), `.*`))
		shown := false
		for _, text := range said {
			shown = shown || rule.MatchString(text)
		}
		for _, part := range refusedElsewhere {
			shown = shown || strings.Contains(format, part)
		}
		if !shown {
			t.Errorf("%s: no line shows the refusal %q", place, format)
		}
	}
}

// refusals returns the formats of all wrong usage of this package, by place: those of console.Usagef, and those of errors in methods that validate options.
func refusals(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	set := token.NewFileSet()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			function, is := declared.(*ast.FuncDecl)
			if !is {
				continue
			}
			validates := strings.HasPrefix(function.Name.Name, "validate")
			ast.Inspect(function, func(n ast.Node) bool {
				call, is := n.(*ast.CallExpr)
				if !is || len(call.Args) == 0 {
					return true
				}
				if name, is := call.Fun.(*ast.Ident); is && name.Name == "parseShard" {
					for _, flag := range literals(call.Args[2:]) {
						all[set.Position(call.Pos()).String()+flag] = fmt.Sprintf("%s: --%s has no use with --shard", strings.TrimSuffix(path, ".go"), flag)
					}
					return true
				}
				of, is := call.Fun.(*ast.SelectorExpr)
				if is && of.Sel.Name == "Useless" {
					flags := literals(call.Args[2:])
					if name, is := call.Args[2].(*ast.Ident); is {
						flags = map[string][]string{"trainingFlags": trainingFlags, "contactFlags": contactFlags}[name.Name]
					}
					for _, flag := range flags {
						for _, where := range literals(call.Args[1:2]) {
							all[set.Position(call.Pos()).String()+flag] = fmt.Sprintf("--%s has no use %s", flag, where)
						}
					}
					return true
				}
				text, literal := call.Args[0].(*ast.BasicLit)
				if !is || !literal || of.Sel.Name != "Usagef" && !(validates && (of.Sel.Name == "New" || of.Sel.Name == "Errorf")) {
					return true
				}
				format, err := strconv.Unquote(text.Value)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.HasSuffix(format, ": %w") && !strings.HasSuffix(format, " %w") { // what it refuses has its own place
					all[set.Position(call.Pos()).String()] = format
				}
				return true
			})
		}
	}
	if len(all) < 90 {
		t.Errorf("%d refusals", len(all))
	}
	return all
}

// literals returns the texts in expressions.
func literals(list []ast.Expr) (texts []string) {
	for _, e := range list {
		ast.Inspect(e, func(n ast.Node) bool {
			if literal, is := n.(*ast.BasicLit); is && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil {
					texts = append(texts, text)
				}
			}
			return true
		})
	}
	return texts
}
