package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"orrery/assets"
	"orrery/datasets"
	"orrery/datasets/storage/faked"
	"orrery/world/eval"
)

func TestGuideListsAndPrintsItsPages(t *testing.T) {
	list := mustRun(t, "guide")
	for _, topic := range []string{"data", "film", "identify", "limits", "measurements", "model", "recordings", "scenarios", "serving", "surprise", "tasks", "viewer"} {
		if !strings.Contains(list, "\n"+topic+" ") && !strings.HasPrefix(list, topic+" ") {
			t.Errorf("the list lacks %s:\n%s", topic, list)
		}
		page, err := assets.Files.ReadFile("guide/" + topic + ".md")
		if err != nil {
			t.Fatal(err)
		}
		if mustRun(t, "guide", topic) != string(page) || !strings.HasPrefix(string(page), "# ") {
			t.Errorf("guide %s prints something else than its page, or the page has no title", topic)
		}
	}
	code, _, stderr := runLine(t.Context(), "guide", "modell")
	if want := `orrery: guide: there is no page "modell", perhaps "model"; the topics are data, `; code != exitUsage || !strings.HasPrefix(stderr, want) {
		t.Errorf("exit code %d, %q, want %q…", code, stderr, want)
	}
}

// guidePage is a text for users.
type guidePage struct{ name, text string }

// pages returns the README and the guide.
func pages(t *testing.T) (list []guidePage) {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	list = append(list, guidePage{"README.md", string(readme)})
	for _, topic := range guideTopics() {
		text, err := readGuide(topic)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, guidePage{topic + ".md", text})
	}
	return list
}

var (
	commandLine   = regexp.MustCompile(`(?m)^    (?:make web && go build ./cmd/orrery && )?(?:\./)?orrery ([^\n]*)$`)
	inlineCommand = regexp.MustCompile("`orrery ([a-z][^`]*)`")
	link          = regexp.MustCompile(`\]\(([^):#]+)\)`)
)

// words splits a command line of a page, without the remark at its end.
func words(line string) []string {
	line, _, _ = strings.Cut(line, " #")
	return strings.Fields(line)
}

// TestPagesNameCommandsAndFlagsThatExist holds each command on a page, be it in a block
// or within a sentence, against the program.
func TestPagesNameCommandsAndFlagsThatExist(t *testing.T) {
	skipShort(t)
	t.Parallel()
	checked := 0
	for _, p := range pages(t) {
		for _, pattern := range []*regexp.Regexp{commandLine, inlineCommand} {
			for _, match := range pattern.FindAllStringSubmatch(p.text, -1) {
				root := newRootCommand()
				root.InitDefaultHelpCmd()
				cmd, rest, err := root.Find(words(match[1]))
				if err == nil && cmd == root {
					t.Errorf("%s: orrery %s: there is no such command", p.name, match[1])
					continue
				}
				if err == nil {
					err = cmd.ParseFlags(slices.DeleteFunc(rest, func(word string) bool { return word == "…" }))
				}
				if err == nil && cmd.Name() == "help" && len(rest) > 0 && rest[0] != "COMMAND" {
					err = helpTarget(root, rest[0])
				}
				if err != nil {
					t.Errorf("%s: orrery %s: %v", p.name, match[1], err)
				}
				checked++
			}
		}
	}
	if checked < 50 {
		t.Errorf("found %d commands only", checked)
	}
}

func helpTarget(root *cobra.Command, name string) error {
	_, _, err := root.Find([]string{name})
	return err
}

func TestPagesLinkToFilesThatExist(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		dir := filepath.Join("..", "..", "assets", "guide")
		if p.name == "README.md" {
			dir = filepath.Join("..", "..")
		}
		for _, match := range link.FindAllStringSubmatch(p.text, -1) {
			if _, err := os.Stat(filepath.Join(dir, match[1])); err != nil {
				t.Errorf("%s: %v", p.name, err)
			}
		}
	}
}

// smaller makes the commands of the pages run in seconds. The flags stay; their values
// shrink.
var smaller = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`^(gen .*)--episodes \d+`), "$1--episodes 6 --frames 31"},
	{regexp.MustCompile(`^(gen .*)--episodes 6( .*--append)`), "$1--episodes 9$2"},
	{regexp.MustCompile(`^(gen (?:pusht|push) .*)--frames \d+`), "$1--frames 61"},
	{regexp.MustCompile(`^(gen .*)--frames 31( .*--film .*)`), "$1--frames 4$2"},
	{regexp.MustCompile(`--budget \w+|--steps \d+`), "--steps 5"},
	{regexp.MustCompile(`^(eval .*--sets .*)`), "$1 --episodes 2 --only iid"},
	{regexp.MustCompile(`^(eval .*)--episodes 50`), "$1--episodes 2"},
	{regexp.MustCompile(`^(plan .*)--episodes \d+`), "$1--episodes 1 --tune samples=6 --tune elites=2 --tune iterations=1 --tune proposals=1"},
	{regexp.MustCompile(`^(plan assets.*)`), "$1 --tune samples=4 --tune elites=2 --tune horizon=3"},
	{regexp.MustCompile(`^(identify data/film)$`), "$1 --only friction"},
	{regexp.MustCompile(`^(serve .*)$`), "$1 --listen 127.0.0.1:0"},
	{regexp.MustCompile(`--listen 0\.0\.0\.0:8417`), ""},
}

// TestCommandsOfThePagesRun runs the blocks of each page, one after the other, as a reader
// would, with less data and shorter trainings.
func TestCommandsOfThePagesRun(t *testing.T) {
	if testing.Short() {
		t.Skip("runs some forty commands")
	}
	tracks := filepath.Join(t.TempDir(), "tracks.csv")
	mustRun(t, "export", tinyDataset(t), "--to", "csv", "--out", tracks)
	table, err := os.ReadFile(tracks)
	if err != nil {
		t.Fatal(err)
	}
	scene := []byte(mustRun(t, "scenes", "billiards", "--scene", "--set", "bodies=3"))
	film := filmed(t)
	examples, err := filepath.Abs("../../assets/scenarios/examples")
	if err != nil {
		t.Fatal(err)
	}
	programs, err := filepath.Abs("fleet/testdata/slurm")
	if err != nil {
		t.Fatal(err)
	}
	drawing, err := os.ReadFile("../../sim/drawing/testdata/table.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages(t) {
		t.Run(p.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv(asProgram, "1") // for the processes that fleets start
			if strings.Contains(p.text, "s3://"+faked.Bucket) {
				faked.Serve(t, faked.InProcess)
			}
			oval, impacts := bounced(60, plain)
			for name, content := range map[string][]byte{
				"oval.json": []byte(oval), "impacts.csv": []byte(impacts), "tracks.csv": table, "table.json": scene, "table.svg": drawing, "film.csv": []byte(film),
				"token.txt": []byte("0123456789abcdef0123456789abcdef\n"), "fleet.yaml": []byte(fleetOf(p.text)),
				"pods.yaml": []byte(fleetOf(p.text) + "kubernetes: {claim: shared}\n"),
			} {
				if strings.Contains(p.text, "--out "+name) {
					continue // the page makes it itself
				}
				if err := os.WriteFile(name, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			otherFiles(t, ".")
			slurmOfTests(t, programs)
			filmTable(t, "table.gif")
			if err := os.WriteFile("fix.json", []byte(`{"format": 1, "rename": {"0": "puck"}}`), 0o600); err != nil {
				t.Fatal(err)
			}
			driven(t, "push-1.jsonl", 0, nil)
			driven(t, "push-2.jsonl", 1, nil)
			if err := os.CopyFS("assets/scenarios/examples", os.DirFS(examples)); err != nil {
				t.Fatal(err)
			}
			for _, match := range commandLine.FindAllStringSubmatch(p.text, -1) {
				line := strings.Join(words(match[1]), " ")
				if strings.Contains(line, "=predictions.npz") { // which the page's text in Python makes
					predictStaying(t, "data/mixed", "predictions.npz")
				}
				if strings.Contains(line, "pusht_keypoints") || strings.Contains(line, "lerobot arm ") {
					continue // data of others; make python-full and the tests of import lerobot read such
				}
				if _, err := os.Stat("shorter"); err != nil && strings.Contains(line, "import lerobot shorter") { // what other tools leave
					if err := errors.Join(os.CopyFS("shorter", os.DirFS("data/mixed")), os.RemoveAll("shorter/meta/orrery")); err != nil {
						t.Fatal(err)
					}
				}
				runAsOnThePage(t, line)
			}
		})
	}
}

// slurmOfTests puts programs on the path that take the place of Slurm's, and run at once what they are handed.
func slurmOfTests(t *testing.T, programs string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"last": "100\n", "queue": "", "account": "", "most": "1001", "run": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("FAKES", dir)
	t.Setenv("PATH", programs+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// fleetOf returns the fleet file that a page shows, with less to do.
func fleetOf(page string) string {
	const first = "    format: 1\n"
	_, rest, found := strings.Cut(page, "\n"+first)
	if !found {
		return ""
	}
	text := "format: 1\n"
	for line := range strings.Lines(rest) {
		shown, ok := strings.CutPrefix(line, "    ")
		if !ok {
			break
		}
		indent, command, runs := strings.Cut(shown, "run: ")
		if runs {
			command, _, _ = strings.Cut(strings.TrimSuffix(command, "\n"), " #")
			command = strings.TrimSpace(command)
			for _, s := range smaller {
				command = s.pattern.ReplaceAllString(command, s.by)
			}
			shown = indent + "run: " + command + "\n"
		}
		text += strings.Replace(shown, "shards: 12", "shards: 3", 1)
	}
	return text
}

// predictStaying writes predictions that everything stays where it is, for all episodes of a dataset.
func predictStaying(t *testing.T, dir, path string) {
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(staying(t, dir, firstEpisodes(data.Episodes()), eval.DefaultConfig(), 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// filmed returns what a tracker makes of a film of three discs: 400 pixels a metre, y down, 29.97 pictures a second,
// with noise and gaps, and an outlier.
func filmed(t *testing.T) string {
	data := filepath.Join(t.TempDir(), "truth")
	mustRun(t, "gen", "billiards", "--set", "bodies=3", "--episodes", "3", "--frames", "31", "--out", data)
	rows := 0
	return "episode,frame,time,body,x,y,angle\n" + watchedTable(t, data, 0.00025, func(b *strings.Builder, e, k, i int, time, x, y, angle float64) {
		if rows++; rows%50 == 0 {
			return
		}
		if e == 2 && k == 20 && i == 3 {
			x += 0.4
		}
		fmt.Fprintf(b, "%d,%d,%.4f,%d,%.2f,%.2f,%.1f\n", e, 10+k, 1.77e9+time*1.001, i, 500+400*x, 400-400*y, -180/math.Pi*math.Remainder(angle, 2*math.Pi))
	})
}

// TestEveryExampleTakesTheCommandsOfTheGuide runs for each scenario in assets/scenarios/examples
// what the guide shows for one of them.
func TestEveryExampleTakesTheCommandsOfTheGuide(t *testing.T) {
	skipShort(t)
	const shown, below = "wrecker", "assets/scenarios/examples"
	page, err := readGuide("tasks")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs(filepath.Join("..", "..", below))
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(examples, "*.scenario.json"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS(below, os.DirFS(examples)); err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".scenario.json")
		var ran []string
		for _, match := range commandLine.FindAllStringSubmatch(page, -1) {
			if line := strings.Join(words(match[1]), " "); strings.Contains(line, shown) {
				ran = append(ran, strings.Fields(line)[0])
				if name != shown { // that one is run with its page
					runAsOnThePage(t, strings.NewReplacer(shown, name, "solved", "solved-"+name).Replace(line))
				}
			}
		}
		if want := []string{"check", "gen", "train", "plan"}; !slices.Equal(ran, want) {
			t.Fatalf("the guide has the commands %v for %s, want %v", ran, name, want)
		}
		row := regexp.MustCompile(`(?m)^\| \[` + name + `\]\([^)]*\) \| (\d+) \|`).FindStringSubmatch(page)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(content), "\n"); row == nil || row[1] != strconv.Itoa(lines) {
			t.Errorf("the guide's table has %v lines for %s, want %d", row, name, lines)
		}
	}
}

// needed are the datasets and models that a page takes as there, as another page makes them.
var needed = []struct{ path, madeBy string }{
	{"data/mixed", "gen mixed --episodes 6 --frames 31 --out data/mixed"},
	{"data/play", "gen pusht --policy play --episodes 6 --frames 61 --out data/play"},
	{"models/pusht", "train data/play --out models/pusht --steps 5"},
}

// runAsOnThePage runs a command line. One that serves is stopped as soon as it does.
func runAsOnThePage(t *testing.T, line string) {
	t.Helper()
	for _, s := range smaller {
		line = s.pattern.ReplaceAllString(line, s.by)
	}
	for _, n := range needed {
		uses := strings.Contains(line, n.path) || n.path == "data/play" && strings.Contains(line, "models/pusht")
		if _, err := os.Stat(n.path); err != nil && uses && !strings.Contains(line, "--out "+n.path) {
			mustRun(t, strings.Fields(n.madeBy)...)
		}
	}
	arguments := strings.Fields(line)
	if strings.Contains(line, "--on slurm") && !strings.Contains(line, "--wait") { // on a cluster nothing is done yet
		if err := os.RemoveAll("mixed"); err != nil {
			t.Fatal(err)
		}
	}
	switch arguments[0] {
	case "demo", "tasks", "accuracy", "models", "bench", "view":
		return // their own tests run them
	case "serve":
		serveForAMoment(t, arguments)
		return
	}
	t.Log("orrery ", line)
	mustRun(t, arguments...)
}

// serveForAMoment starts a server and stops it when it says where it listens.
func serveForAMoment(t *testing.T, arguments []string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said := &stopper{stop: stop}
	if code := run(ctx, arguments, said, said); code != exitDone || !strings.Contains(said.text.String(), "127.0.0.1:") {
		t.Errorf("orrery %s: exit code %d: %s", strings.Join(arguments, " "), code, said.text.String())
	}
}

// stopper ends what writes to it, once it has said something.
type stopper struct {
	text strings.Builder
	stop func()
}

func (s *stopper) Write(p []byte) (int, error) {
	defer s.stop()
	return s.text.Write(p)
}
