package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"orrery/cmd/orrery/experiment"
	"orrery/sim/golden"
	"orrery/world/observe/discs"
)

// flagRun shows what flags of a command do: its line once without and once with each of
// them. Both must tell different things, and the line alone always the same.
type flagRun struct {
	line string // {out} is a folder of each run's own, {in} has what flagInputs makes
	with string // flags that every run has
	// Flags have what is added to the line for each, without the name of the flag that is the
	// key where it begins with a space or =. A key of several names needs them together and
	// shows what the last does. The word again runs the line twice in the same folder, with
	// the flag the second time, and compares with twice without.
	flags map[string]string
}

const again = "again"

// flagRuns show all flags but those of flagsShownElsewhere, by command.
var flagRuns = map[string][]flagRun{
	"gen": {
		{line: "gen billiards --episodes 2 --frames 4 --out {out}/d", flags: map[string]string{
			"append": again + " --episodes=3", "episodes": "=3", "force": again, "frames": "=5", "json": "", "out": " {out}/e", "resume": again,
			"seed": "=2", "set": " bodies=3", "shard": "=1/2", "split": " train=1,test=1",
		}},
		{line: "gen billiards --episodes 1 --frames 3 --film image --film-size 48x48 --film-with noise --out {out}/d", flags: map[string]string{
			"film-paint": "=marked", "film-seed": "=5", "film-size": "=64x48", "film-with": "=shadow",
		}},
		{line: "gen billiards --episodes 1 --frames 3 --out {out}/d", flags: map[string]string{"film": "=image"}},
		{line: "gen push --episodes 1 --frames 9 --out {out}/d", flags: map[string]string{"policy": "=random"}},
	},
	"check": {{line: "check {in}/push.scenario.json --out {out}/a.png", flags: map[string]string{
		"force": again, "json": "", "out": " {out}/b.png", "seed": "=3", "set": " bodies=2",
	}}},
	"new":    {{line: "new {out}/a.scenario.json", flags: map[string]string{"force": again, "like": " cartpole"}}},
	"schema": {{line: "schema scenario --out {out}/a.json", flags: map[string]string{"force": again, "out": " {out}/b.json"}}},
	"scenes": {
		{line: "scenes billiards --scene --out {out}/a.json", flags: map[string]string{
			"episode": "=3", "force": again, "out": " {out}/b.json", "seed": "=2", "set": " bodies=2",
		}},
		{line: "scenes billiards", flags: map[string]string{"json": "", "pictures": " {out}/p", "scene": ""}},
	},
	"version": {{line: "version", flags: map[string]string{"json": ""}}},
	"export": {
		{line: "export {in}/divided --to csv --out {out}/a", flags: map[string]string{
			"force": again, "json": "", "out": " {out}/b", "split": "=test", "to": "=npz",
		}},
		{line: "export {in}/divided --to mcap --split val --out {out}/a", flags: map[string]string{"model": " {in}/model"}},
	},
	"merge": {{line: "merge {in}/divided {in}/plain --out {out}/d", flags: map[string]string{
		"force": again, "json": "", "out": " {out}/e", "resume": again, "split": " train=0.5,test=0.5",
	}}},
	"inspect": {
		{line: "inspect {in}/divided", flags: map[string]string{"deep": "", "json": "", "split": "=test"}},
		{line: "inspect {in}/tracks.csv --fps 10 --out {out}/a.png", flags: map[string]string{
			"angle": " degrees", "force": again, "map": " x=x2", "noise": " 2mm", "origin": " 1,0", "out": " {out}/b.png",
			"scale": " 2mm/px", "scene": " {in}/disc.json", "unit": " cm", "y": " down",
		}},
		{line: "inspect {in}/framed.csv --fps 10", flags: map[string]string{"fps": "=20"}},
		{line: "inspect {in}/odd.csv --fps 10", flags: map[string]string{"odd": " drop"}},
	},
	"import": {
		{line: "import csv {in}/tracks.csv --fps 10 --out {out}/d", flags: map[string]string{
			"edges": " {in}/edges.csv", "edges strength": " 0.5", "force": again, "fps": "=20", "json": "", "map": " x=x2",
			"name": " other", "out": " {out}/e", "radius": "=0.2", "resume": again, "scene": " {in}/disc.json",
			"split": " train=1,test=1", "task": " swims",
			"angle": " degrees", "noise": " 2mm", "origin": " 1,0", "scale": " 2mm/px", "unit": " cm", "y": " down",
		}},
		{line: "import csv {in}/odd.csv --fps 10 --out {out}/d", flags: map[string]string{"odd": " drop"}},
		{line: "import csv {in}/late.csv --fps 10 --out {out}/d", flags: map[string]string{"jitter": "=0.2"}},
		{line: "import csv {in}/divided.csv --fps 60 --out {out}/d", flags: map[string]string{"scenes": " {in}/scenes"}},
	},
	"import svg": {{line: "import svg {in}/drawing.svg --scale 100px/m --out {out}/a.scenario.json", flags: map[string]string{
		"force": again, "out": " {out}/b.scenario.json", "scale": "=50px/m", "tolerance": "=0.1",
	}}},
	"import demonstrations": {{line: "import demonstrations {in}/driven.json --out {out}/d", flags: map[string]string{
		"append": again, "force": again, "json": "", "out": " {out}/e",
	}}},
	"import impacts": {
		{line: "import impacts {in}/impacts.csv --scene {in}/table.json --out {out}/d", flags: map[string]string{
			"angle": "=deg", "clockwise": "", "force": again, "json": "", "length": "=cm", "map": " omega_after=omega_before", "name": " other",
			"out": " {out}/e", "scene": " {in}/disc.json", "split": " test=0.5", "task": " falls", "tolerance": "=0.5", "y-down": "",
		}},
		{line: "import impacts {in}/misses.csv --scene {in}/table.json --out {out}/d", flags: map[string]string{"drop": ""}},
	},
	"train": {
		{line: "train {in}/divided --out {out}/m --steps 3", with: "--width 4 --rounds 1 --batch 8", flags: map[string]string{
			"batch": "=9", "contact-order": "=move,correct,force,solve", "force": again, "inner-steps": "=2", "json": "",
			"model": "=mlp", "out": " {out}/n", "rate": "=0.1", "rounds": "=2", "seed": "=2", "decay": "=0.5",
			"split": "=all", "steps": "=4", "stride": "=2", "unknown": "=friction,mass,elasticity", "width": "=8", "backend": "=gorgonia",
		}},
		{line: "train {in}/divided {in}/plain --split all --out {out}/m --steps 3", with: "--width 4 --rounds 1 --batch 8", flags: map[string]string{"holdout": "=0.5", "weight": " {in}/plain=5"}},
	},
	"eval": {
		{line: "eval {in}/model --data {in}/divided --episodes 2", flags: map[string]string{
			"data": " {in}/plain", "endurance": "=20", "episodes": "=1", "json": "", "out": " {out}/b.json", "report": " {out}/r", "seed": "=5",
			"split": "=train", "stride": "=2", "fitted": "",
		}},
		{line: "eval {in}/model --data {in}/divided --episodes 1 --out {out}/a.json", flags: map[string]string{"force": again}},
		{line: "eval {in}/model --sets billiards --episodes 1 --only iid", flags: map[string]string{"only": "=iid,longer", "sets": " mixed"}},
		{line: "eval {in}/model --data {in}/seen --episodes 2", flags: map[string]string{"history": "=7", "horizons": "=0.2"}},
		{line: "eval {in}/divided --cross 3 --steps 2", flags: map[string]string{"cross": "=4", "steps": "=40"}},
	},
	"surprise": {
		{line: "surprise {in}/model {in}/divided", flags: map[string]string{"json": "", "out": " {out}/b.json", "split": "=train", "episodes": "=1"}},
		{line: "surprise {in}/model {in}/divided --out {out}/a.json", flags: map[string]string{"force": again}},
	},
	"identify": {
		{line: "identify {in}/discs", flags: map[string]string{
			"json": "", "mass": "=disc1=3", "only": "=gravity", "out": " {out}/i", "scene": " {in}/discs.json", "seed": "=4", "split": "=test",
		}},
		{line: "identify {in}/discs --out {out}/i", flags: map[string]string{"force": again}},
	},
	"rollout": {
		{line: "rollout {in}/model --data {in}/divided --out {out}/a.json", flags: map[string]string{
			"data": " {in}/plain", "episode": "=1", "force": again, "frames": "=4", "json": "", "out": " {out}/b.json", "split": "=test",
		}},
		{line: "rollout {in}/model --data {in}/seen --out {out}/a.json", flags: map[string]string{"history": "=7"}},
	},
	"render": {
		{line: "render {in}/divided --out {out}/a.png --size 320x320", flags: map[string]string{
			"episode": "=1", "force": again, "frames": "=4", "model": " {in}/model", "out": " {out}/b.png", "size": "=400x400", "split": "=test", "theme": "=dark",
		}},
		{line: "render {in}/still --out {out}/a.png --size 320x320 --model {in}/pushing", flags: map[string]string{"regions": ""}},
	},
	"plan": {
		{line: "plan reach --model true --episodes 1", with: "--tune samples=4 --tune iterations=1 --tune elites=2 --tune horizon=2", flags: map[string]string{
			"append save": " {out}/d", "episodes": "=2", "json": "", "model": "=random", "observe": "=pixels", "out": " {out}/a.json", "planner": "=random", "render": " {out}/a.png",
			"save": " {out}/d", "seed": "=5", "set": " half_width=0.6", "tune": " samples=9",
		}},
		{line: "plan reach --model random --episodes 1 --out {out}/a.json", flags: map[string]string{"force": again, "resume": again}},
		{line: "plan reach --model random --episodes 1 --save {out}/d", flags: map[string]string{"append": again + " --episodes=2"}},
		{line: "plan pusht --model random --episodes 1 --data {in}/pushed --protocol recorded", flags: map[string]string{
			"data": " {in}/pushed2", "protocol": "=task", "split": "=train",
		}},
	},
	"watch": {
		{line: "watch {in}/film --out {out}/w --check none", flags: map[string]string{
			"bodies": "=1", "check": "=gif", "end": "=0.3", "fix": " {in}/fix.json", "force": again, "ignore": "=0,0,42,42", "json": "", "mask": " {in}/mask.png",
			"out": " {out}/v", "plate": " {in}/plate.png", "rate": "=60", "region": "=0,0,84,84", "resume": again, "scale": "=picture=1m", "start": "=0.2", "step": "=2",
		}},
		{line: "watch {in}/falling --out {out}/w --check none", flags: map[string]string{"down": "=none"}},
	},
	"accuracy": {{line: "accuracy --only mixed,pile --out {out}/a", flags: map[string]string{
		"budget": "=7s", "endurance": "=77", "episodes": "=7", "force": again, "json": "", "only": "=demo", "out": " {out}/b", "resume": again,
		"seed": "=7", "steps": "=70", "train-episodes": "=70", "workers": "=7",
	}}},
	"sweep": {
		{line: "sweep {in}/plain --steps 3 --draw width=8:64 --trials 2 --out {out}/a", flags: map[string]string{
			"draw": " rate=0.001:0.01", "force": again, "grid": " rounds=1,2", "out": " {out}/b", "resume": again, "seed": "=7", "seeds": "=4,5", "steps": "=4", "trials": "=3", "workers": "=7",
		}},
		{line: "sweep billiards --steps 3 --out {out}/a", flags: map[string]string{"episodes": "=30"}},
	},
	"tasks": {{line: "tasks --only reach --out {out}/a", flags: map[string]string{
		"actors": "=random", "episodes": "=7", "force": again, "json": "", "only": "=push", "out": " {out}/b", "resume": again, "seed": "=7",
		"steps": "=7", "train-episodes": "=70", "workers": "=7",
	}}},
	"demo": {{line: "demo --out {out}/a", flags: map[string]string{
		"budget": "=7s", "episodes": "=70", "force": again, "out": " {out}/b", "resume": again, "seed": "=7", "workers": "=7",
	}}},
	"models": {{line: "models --only reach --out {out}/a", flags: map[string]string{
		"budget": "=7s", "episodes": "=70", "force": again, "only": "=push", "out": " {out}/b", "resume": again, "seed": "=7",
		"test-episodes": "=7", "workers": "=7",
	}}},
}

// flagsShownElsewhere have the tests that show what a flag does whose runs take longer or
// are not alike, or that it changes no result. A * stands for all others of a command.
var flagsShownElsewhere = map[string]map[string]string{
	"bench":    {"*": "TestBenchFlagsSetTheSizes"},
	"serve":    {"*": "TestServeFlagsSetTheLimits", "token": "TestBeyondLoopbackTheTokenIsNeeded", "open": "TestBeyondLoopbackTheTokenIsNeeded", "record": "TestExamplesOfTheOpenAPIFileWork", "model": "TestBadServersAreOneClearLine", "listen": "TestBadServersAreOneClearLine"},
	"learn":    {"*": "TestLearnPassesItsFlags", "resume": "TestLearnGoesOn", "force": "TestLearnGoesOn"},
	"watch":    {"workers": "TestWatchDoesNotDependOnWorkers", "level": "TestFilmsFromAskewAreLevelled"},
	"view":     {"*": "TestTheWindowGetsTheOptions", "web": "TestThePageIsServedWhereItIsAsked", "port": "TestThePageIsServedWhereItIsAsked", "dir": "TestThePageIsServedWhereItIsAsked"},
	"gen":      {"workers": "TestDatasetDoesNotDependOnWorkers"},
	"import":   {"layout": "TestValuesAreMapped", "workers": "TestImportsDoNotDependOnWorkers", "topic": "TestBagsAreImported", "frame": "TestBagsAreImported", "plane": "TestBagsAreImported"},
	"export":   {"pixels": "TestPushTIsExportedWithPictures", "scene": "TestWhatLeRobotsToolsLoseIsFoundAgain", "map": "TestCommandsTakeMappings", "layout": "TestCommandsTakeMappings"},
	"train":    {"scene": "TestCommandsTakeMappings", "map": "TestCommandsTakeMappings", "layout": "TestCommandsTakeMappings", "regions": "TestTrainMeasuresRegionsAnew", "ensemble": "TestTablesOfImpactsTeachTheirLaw", "patience": "TestTrainHeedsItsFlagsAndRecordsThem", "resume": "TestKilledTrainingResumesToTheSameWeights", "budget": "TestBudgetsEndTrainings", "workers": "TestTrainHeedsItsFlagsAndRecordsThem"},
	"sweep":    {"shard": "TestSweepsInShardsAreTheWhole", "json": "TestSweepsInShardsAreTheWhole"},
	"tasks":    {"shard": "TestExperimentsInShardsAreTheWhole"},
	"accuracy": {"shard": "TestExperimentsInShardsAreTheWhole"},
	"merge":    {"shard": "TestMergedShardsAreWhatOneMachineMakes"},
	"identify": {"map": "TestCommandsTakeMappings", "layout": "TestCommandsTakeMappings", "workers": "TestIdentifyDoesNotDependOnWorkers"},
	"surprise": {"scene": "TestCommandsTakeMappings", "map": "TestCommandsTakeMappings", "layout": "TestCommandsTakeMappings", "workers": "TestSurpriseDoesNotDependOnWorkers"},
	"inspect":  {"layout": "TestCommandsTakeMappings", "topic": "TestBagsAreImported", "frame": "TestBagsAreImported", "plane": "TestBagsAreImported"},
	"rollout":  {"scene": "TestCommandsTakeMappings", "map": "TestCommandsTakeMappings", "layout": "TestCommandsTakeMappings"},
	"render":   {"film": "TestAFilmBecomesADataset", "scene": "TestCommandsTakeMappings", "map": "TestCommandsTakeMappings", "layout": "TestCommandsTakeMappings"},
	"eval": {
		"shard": "TestEvaluationsInShardsAreTheWhole", "resume": "TestEvaluationsInShardsAreTheWhole",
		"scene": "TestCommandsTakeMappings", "map": "TestCommandsTakeMappings", "layout": "TestCommandsTakeMappings",
		"budget": "TestBudgetsEndTrainings", "workers": "TestEvaluationsDoNotDependOnWorkers",
		"predictions": "TestEvalJudgesWhatOthersPredict", "questions": "TestEvalWritesItsQuestions",
	},
	"fleet run":     {"cores": "TestKilledFleetsMakeTheSameBytes", "on": "TestFleetsSayWhatIsWrong", "wait": "TestSlurmLosesANodeAndNoByte", "write": "TestPodsWorkInTheirImage", "force": "TestFleetsAreSeenThrough", "json": "TestFleetsAreSeenThrough"},
	"fleet status":  {"json": "TestFleetsAreSeenThrough"},
	"fleet collect": {"json": "TestFleetsAreSeenThrough"},
	"fleet work":    {"mark": "TestFleetsAreSeenThrough", "tied": "TestKilledFleetsMakeTheSameBytes", "begin": "TestPodsWorkInTheirImage"},
	"fleet show":    {"*": "TestFleetsAreForeseen"},
	"plan":          {"shard": "TestPlansInShardsAreTheWhole", "scene": "TestCommandsTakeMappings", "map": "TestCommandsTakeMappings", "layout": "TestCommandsTakeMappings", "abreast": "TestEpisodesAbreastAreThoseInTurn", "workers": "TestPlansRepeat"},
}

// shown returns the flags of a command that its runs show.
func shown(command string) (names []string) {
	for _, r := range flagRuns[command] {
		for key := range r.flags {
			words := strings.Fields(key)
			names = append(names, words[len(words)-1])
		}
	}
	return names
}

// TestEveryFlagHasARun: whoever adds a flag says here how it shows.
func TestEveryFlagHasARun(t *testing.T) {
	t.Parallel()
	tests := testsOfThisPackage(t)
	eachCommand(newRootCommand(), nil, func(cmd *cobra.Command, words []string) {
		command := strings.Join(words, " ")
		var has []string
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if has = append(has, flag.Name); slices.Contains(shown(command), flag.Name) {
				return
			}
			elsewhere := flagsShownElsewhere[command]
			if test := elsewhere[flag.Name]; test == "" && elsewhere["*"] == "" {
				t.Errorf("orrery %s --%s has no run in flagRuns that shows what it does", command, flag.Name)
			} else if test != "" && !slices.Contains(tests, test) {
				t.Errorf("orrery %s --%s: there is no %s", command, flag.Name, test)
			}
		})
		for _, name := range slices.Concat(shown(command), slices.Collect(maps.Keys(flagsShownElsewhere[command]))) {
			if name != "*" && !slices.Contains(has, name) {
				t.Errorf("orrery %s has no flag --%s", command, name)
			}
		}
	})
}

// TestUsualValuesOfFlagsStay: what each command does where nobody says otherwise, and which numbers flags take.
func TestUsualValuesOfFlagsStay(t *testing.T) {
	t.Parallel()
	processors := []string{strconv.Itoa(runtime.NumCPU()), strconv.Itoa(runtime.GOMAXPROCS(0))}
	var text strings.Builder
	eachCommand(newRootCommand(), nil, func(cmd *cobra.Command, words []string) {
		fmt.Fprintf(&text, "# orrery %s\n", strings.Join(words, " "))
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			kind, help := pflag.UnquoteUsage(flag)
			usual := flag.DefValue
			if (flag.Name == "workers" || flag.Name == "cores") && slices.Contains(processors, usual) {
				usual = "processors"
			}
			if _, said, ok := strings.Cut(help, "(default "); ok { // by the help, where the flag does not know
				usual += " (" + said
			}
			fmt.Fprintf(&text, "--%s %s: %q%s\n", flag.Name, kind, usual, bounds(flag))
		})
	})
	golden.Compare(t, "testdata/flags.txt", text.String())
}

// bounds returns the rule for the numbers that a flag takes, as it tells who gives a huge one, and nothing if there is none.
func bounds(flag *pflag.Flag) string {
	huge := map[string]string{"int": "9000000000000000000", "float64": "1e300"}[flag.Value.Type()]
	if huge == "" {
		return ""
	}
	for _, text := range []string{"-" + huge, huge} {
		if err := flag.Value.Set(text); err != nil {
			return ", " + err.Error()
		}
	}
	return ""
}

// testsOfThisPackage returns the names of its tests.
func testsOfThisPackage(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		for _, match := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(read(t, file), -1) {
			names = append(names, match[1])
		}
	}
	return names
}

// flagInputs makes what the runs read.
func flagInputs(t *testing.T) string {
	t.Helper()
	in := t.TempDir()
	at := func(name string) string { return filepath.Join(in, name) }
	put := func(name, text string) {
		if err := os.WriteFile(at(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range []string{
		"gen billiards --episodes 10 --frames 16 --split train=0.6,val=0.2,test=0.2 --out {in}/divided",
		"gen billiards --episodes 4 --frames 16 --seed 5 --out {in}/plain",
		"gen pusht --episodes 6 --frames 40 --policy play --split train=3,test=3 --out {in}/pushed",
		"gen pusht --episodes 6 --frames 40 --policy play --split train=3,test=3 --seed 9 --out {in}/pushed2",
		"gen billiards --episodes 4 --frames 60 --set bodies=2 --out {in}/still",
		"train {in}/divided --steps 3 --width 4 --rounds 1 --batch 8 --out {in}/model",
		"train {in}/still --steps 30 --width 4 --rounds 1 --batch 8 --holdout 0.25 --out {in}/pushing",
		"new {in}/push.scenario.json --like push",
		"scenes billiards --scene --set bodies=2 --out {in}/disc.json",
		"export {in}/divided --to csv --out {in}/divided.csv",
	} {
		mustRun(t, strings.Fields(strings.ReplaceAll(line, "{in}", in))...)
	}
	if err := os.Rename(sceneFolder(t, at("divided")), at("scenes")); err != nil {
		t.Fatal(err)
	}
	var tracks, late strings.Builder
	mustRun(t, "import", "csv", at("divided.csv"), "--fps", "60", "--scenes", at("scenes"), "--noise", "1mm", "--out", at("seen"))
	tracks.WriteString("episode,time,body,x,y,angle,x2\n")
	late.WriteString("episode,time,body,x,y,vx,vy\n")
	for e := range 2 {
		for k := range 8 {
			for b := range 2 {
				x, y := float64(k)*0.1+float64(e)*0.01, float64(b)
				fmt.Fprintf(&tracks, "%d,%g,%d,%g,%g,%g,%g\n", e, float64(k)/10, b, x, y, float64(k)/9, x/2)
				fmt.Fprintf(&late, "%d,%g,%d,%g,%g,1,0\n", e, float64(k)/10+0.01*float64(k%2), b, x, y)
			}
		}
	}
	put("tracks.csv", tracks.String())
	put("late.csv", late.String())
	put("framed.csv", "frame,x,y\n0,1,1\n1,1.1,1\n2,1.2,1\n")
	put("odd.csv", strings.Replace(tracks.String(), "0,0.4,1,0.4,1,", "0,0.4,1,7.4,1,", 1))
	put("edges.csv", "episode,a,b,type\n0,0,1,linear\n1,0,1,linear\n")
	put("drawing.svg", `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><path id="bowl" d="M 100 200 C 100 100 300 100 300 200 Z"/></svg>`)
	film, larger := discsDataset(t, discs.Default(), 3, "--split", "train=2,test=1")
	if err := errors.Join(os.Rename(film, at("discs")), os.Rename(larger, at("discs.json"))); err != nil {
		t.Fatal(err)
	}
	put("discs.json", strings.ReplaceAll(readFile(t, at("discs.json")), `"disc1"`, `"puck"`))
	scene, table := bounced(40, plain)
	put("table.json", scene)
	put("impacts.csv", table)
	lines := strings.SplitAfter(table, "\n")
	put("misses.csv", strings.Join(lines, "")+missed(lines[0], lines[1]))
	driven(t, at("driven.json"), 0, nil)
	filmDiscs(t, at("film"), 0, 14)
	fallen(t, at("falling"))
	maskAndPlate(t, at("mask.png"), at("plate.png"))
	put("fix.json", `{"format": 1, "rename": {"0": "puck"}}`)
	return in
}

// missed returns a row of a table of impacts in which the body keeps its motion.
func missed(names, row string) string {
	name, cell := strings.Split(strings.TrimSpace(names), ","), strings.Split(strings.TrimSpace(row), ",")
	for i, n := range name {
		if before := slices.Index(name, strings.Replace(n, "_after", "_before", 1)); before >= 0 {
			cell[i] = cell[before]
		}
	}
	return strings.Join(cell, ",") + "\n"
}

// Figures of a run that differ from run to run: lines that have one of these words, and amounts of time and memory anywhere.
var (
	passingWords = []string{"µs", "us/", "us_per_step", "train_s", "seconds", `"command"`, "_ms", "decision", "created", "in less than"}
	passingTime  = regexp.MustCompile(`\bin \d+ (s|ms)`)
	amount       = regexp.MustCompile(`\d+(\.\d+)? (s|ms|µs|kB|MB)\b`)
)

// lasting returns a text without them. Tables of numbers are long and have no spaces, which spares the expressions most lines.
func lasting(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if slices.ContainsFunc(passingWords, func(word string) bool { return strings.Contains(line, word) }) ||
			strings.Contains(line, "in ") && passingTime.MatchString(line) {
			if strings.HasSuffix(line, "\n") {
				b.WriteByte('\n')
			}
			continue
		}
		if strings.Contains(line, " s") || strings.Contains(line, " m") || strings.Contains(line, " k") || strings.Contains(line, " M") {
			line = amount.ReplaceAllString(line, "")
		}
		b.WriteString(line)
	}
	return b.String()
}

// pace is the last column of a table of eval.
var pace = regexp.MustCompile(`(?m) +[\d.]+$`)

// told returns what a run tells: how it ends, what it prints and what it leaves in its
// folder. Files that note the command line itself are left out: a flag must do something.
func told(t *testing.T, lines *experiment.Runner, in, out, line string) string {
	t.Helper()
	words := strings.Fields(strings.NewReplacer("{in}", in, "{out}", out).Replace(line))
	var stdout, stderr strings.Builder
	var code int
	if lines != nil {
		root := rootCommand(*lines)
		root.SetArgs(words)
		root.SetOut(&stdout)
		root.SetErr(&stderr)
		if err := root.ExecuteContext(t.Context()); err != nil {
			code = exitFailed
			fmt.Fprintln(&stderr, err)
		}
	} else {
		code = run(t.Context(), words, &stdout, &stderr)
	}
	text := fmt.Sprintln(code, lasting(stdout.String()))
	if words[0] == "eval" {
		text = pace.ReplaceAllString(text, "")
	}
	if code != exitDone {
		text += stderr.String()
	}
	files := readTree(t, out)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		switch name := filepath.Base(path); {
		case name == "README.md", name == "provenance.json", name == "config.json", strings.HasSuffix(name, ".jsonl"),
			strings.HasSuffix(name, ".journal"):
			text += path + "\n"
		case strings.HasPrefix(name, "events."): // its name has the time
		case strings.HasSuffix(name, ".json"), strings.HasSuffix(name, ".csv"), strings.HasSuffix(name, ".html"):
			text += path + "\n" + lasting(files[path]) + "\n"
		default:
			text += fmt.Sprintf("%s\n%q\n", path, files[path])
		}
	}
	return strings.ReplaceAll(text, out, "OUT")
}

// TestFlagsDoSomething compares each line of flagRuns with itself and a flag more.
func TestFlagsDoSomething(t *testing.T) {
	skipShort(t)
	t.Parallel()
	in := flagInputs(t)
	for command, runs := range flagRuns {
		for _, r := range runs {
			t.Run(command, func(t *testing.T) {
				t.Parallel()
				var asked *experiment.Runner
				var lines []string
				if slices.Contains([]string{"accuracy", "tasks", "demo", "models", "sweep"}, command) {
					run := note(&lines)
					asked = &run
				}
				tell := func(times int, last string) string {
					out, text := t.TempDir(), ""
					for k := range times {
						lines = nil
						line := r.line + " " + r.with
						if k == times-1 {
							line += " " + last
						}
						text = told(t, asked, in, out, line) + strings.ReplaceAll(strings.Join(lines, "\n"), out, "OUT")
					}
					return text
				}
				without := map[string]string{}
				usual := func(times int, with string) string {
					key := fmt.Sprint(times, with)
					if without[key] == "" {
						without[key] = tell(times, with)
						if other := tell(times, with); other != without[key] {
							t.Errorf("orrery %s %s: two runs differ:\n%s", r.line, with, difference(without[key], other))
						}
					}
					return without[key]
				}
				if first := usual(1, ""); !strings.HasPrefix(first, fmt.Sprint(exitDone, " ")) && !failing.MatchString(r.line) {
					t.Errorf("orrery %s fails: %.300s", r.line, first)
				}
				if asked == nil {
					fullStdout(t, in, r.line+" "+r.with)
				}
				for key, value := range r.flags {
					names := strings.Fields(key)
					name, with, times := names[len(names)-1], "", 1
					for _, other := range names[:len(names)-1] {
						with += "--" + other + r.flags[other] + " "
					}
					if rest, twice := strings.CutPrefix(value, again); twice {
						times, value = 2, ""
						if rest = strings.TrimSpace(rest); rest != "" {
							with += rest + " "
						}
					}
					if got := tell(times, with+"--"+name+value); got == usual(times, with) {
						t.Errorf("orrery %s %s--%s%s does nothing", r.line, with, name, value)
					}
				}
			})
		}
	}
}

// full is a stdout that takes nothing, as a pipe that nobody reads any more.
type full struct{ asked bool }

func (f *full) Write([]byte) (int, error) {
	f.asked = true
	return 0, errors.New("no space left")
}

// toStdout matches the flag that names what a line writes.
var toStdout = regexp.MustCompile(`--out \S+`)

// fullStdout runs a line whose results cannot be printed: it must fail, and say why.
func fullStdout(t *testing.T, in, line string) {
	t.Helper()
	for _, way := range []string{line, toStdout.ReplaceAllString(line, "--out -")} {
		var out full
		var stderr strings.Builder
		words := strings.Fields(strings.NewReplacer("{in}", in, "{out}", t.TempDir()).Replace(way))
		code := run(t.Context(), words, &out, &stderr)
		if out.asked && (code != exitFailed || !strings.Contains(stderr.String(), "no space left")) {
			t.Errorf("orrery %s cannot print, and ends with %d: %q", way, code, stderr.String())
		}
	}
}

// failing matches lines that fail without a flag, or in experiments whose lines do nothing.
var failing = regexp.MustCompile("misses.csv|^(accuracy|demo|models|sweep|tasks) ")

// note returns a runner of the lines of an experiment that writes them down, and makes what
// they should write so far that the next line is asked for.
func note(lines *[]string) experiment.Runner {
	return func(ctx context.Context, out, log io.Writer, args []string) error {
		*lines = append(*lines, strings.Join(args, " "))
		if args[0] == "gen" && strings.Contains(strings.Join(args, " "), ".work") { // models opens what it makes
			return runArgs(ctx, out, log, append(slices.Clone(args), "--episodes", "3", "--frames", "8"))
		}
		for i, a := range args {
			if a == "--out" || a == "--report" {
				path := args[i+1]
				if a == "--report" {
					path = filepath.Join(path, "metrics.json")
				}
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					return err
				}
				return os.WriteFile(path, []byte("{}"), 0o644)
			}
		}
		return nil
	}
}

// difference returns the first lines in which two texts differ.
func difference(a, b string) string {
	one, two := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(one), len(two)) {
		if one[i] != two[i] {
			return fmt.Sprintf("%.300s\n%.300s", one[i], two[i])
		}
	}
	return fmt.Sprint(len(one), " and ", len(two), " lines")
}
