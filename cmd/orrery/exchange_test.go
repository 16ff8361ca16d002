package main

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
)

// sceneFile writes the scene of an episode of a dataset.
func sceneFile(t *testing.T, dir string, episode int) string {
	t.Helper()
	trajectory, _ := episodeOf(t, openWhole(t, dir), episode)
	text, err := trajectory.Scene.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return written(t, string(text))
}

// rounded returns every number of the episodes of a dataset as float32.
func rounded(t *testing.T, dir string) (values [][]float32) {
	t.Helper()
	data := openWhole(t, dir)
	for i := range data.Episodes() {
		trajectory, _ := episodeOf(t, data, i)
		for k, state := range trajectory.States {
			row := state.AppendFloat32(nil, len(state))
			for _, v := range trajectory.Action(k) {
				row = append(row, float32(v))
			}
			values = append(values, row)
		}
	}
	return values
}

func TestImportIsTheInverseOfExport(t *testing.T) {
	dir := t.TempDir()
	for _, scenario := range []string{"mixed", "pusht"} {
		data, table := filepath.Join(dir, scenario), filepath.Join(dir, scenario+".csv")
		mustRun(t, "gen", scenario, "--episodes", "5", "--frames", "30", "--out", data)
		mustRun(t, "export", data, "--to", "csv", "--out", table)
		back := []string{"import", "csv", table, "--out", filepath.Join(dir, scenario+"-back")}
		if scenario == "pusht" {
			back = append(back, "--scene", sceneFile(t, data, 0))
		} else {
			back = append(back, "--fps", "60")
		}
		mustRun(t, back...)
		if got, want := rounded(t, filepath.Join(dir, scenario+"-back")), rounded(t, data); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the imported episodes are not those that were exported", scenario)
		}
		mustRun(t, "export", filepath.Join(dir, scenario+"-back"), "--to", "csv", "--out", table+".again")
		if read(t, table+".again") != read(t, table) {
			t.Errorf("%s: exported again it is another file", scenario)
		}
	}
}

const someRows = "run,t,id,px,py\n7,0,0,1,2\n7,1,0,1.5,2\n9,5,0,3,3\n"

func TestImportTellsWhereItsDataIsFrom(t *testing.T) {
	dir, file := t.TempDir(), written(t, someRows)
	line := []string{"import", "csv", file, "--fps", "10", "--map", "episode=run,frame=t,body=id,x=px,y=py", "--name", "tracks", "--task", "Two runs."}
	for _, workers := range []string{"1", "3"} {
		mustRun(t, append(line, "--out", filepath.Join(dir, workers), "--workers", workers)...)
		sameTree(t, filepath.Join(dir, workers), filepath.Join(dir, "1"))
	}
	data := openWhole(t, filepath.Join(dir, "1"))
	p := data.Provenance()
	if p.Scenario != "tracks" || p.Task != "Two runs." || len(p.Sources["file.json"]) != 64 {
		t.Errorf("provenance %+v", p)
	}
	if want := "orrery import csv file.json --map body=id --map episode=run --map frame=t --map x=px --map y=py --fps=10 --name=tracks --task='Two runs.'"; p.Command != want {
		t.Errorf("command %q, want %q", p.Command, want)
	}
	trajectory, _ := episodeOf(t, data, 0)
	if want := (sim.BodyState{X: 1.5, Y: 2, VX: 5}); len(trajectory.States) != 2 || trajectory.States[1][0] != want {
		t.Errorf("states %v, want %v in the end", trajectory.States, want)
	}
	changed := append([]string{"import", "csv", edited(t, someRows, "1.5", "1.6")}, line[3:]...)
	if code, _, stderr := runLine(t.Context(), append(changed, "--out", filepath.Join(dir, "1"), "--resume")...); code != exitFailed || !strings.Contains(stderr, "cannot resume: sources") {
		t.Errorf("resuming with another file: exit code %d: %s", code, stderr)
	}
}

func TestBadExchangesAreRefused(t *testing.T) {
	data, model, out := tinyDataset(t), tinyModel(t), filepath.Join(t.TempDir(), "out")
	rows := written(t, "episode,frame,body,x,y\n0,0,0,1,2\n0,2,0,1,2\n")
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "mine"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"import of nothing", []string{"import", "csv", "--out", out}, 2, "FILE is missing"},
		{"import of another format", []string{"import", "xls", rows, "--out", out}, 2, `format "xls" must be csv`},
		{"import without output", []string{"import", "csv", rows, "--fps", "9"}, 2, "--out DIR is missing"},
		{"import without fps", []string{"import", "csv", rows, "--out", out}, 2, "--fps or --scene is missing"},
		{"import of an unknown quantity", []string{"import", "csv", rows, "--out", out, "--fps", "9", "--map", "z=x"}, 2, `"z" must not be mapped`},
		{"import without the file", []string{"import", "csv", "nowhere.csv", "--out", out, "--fps", "9"}, 1, "nowhere.csv: no such file"},
		{"import of a folder", []string{"import", "csv", foreign, "--out", out, "--fps", "9"}, 1, "must be a plain file"},
		{"import with a gap", []string{"import", "csv", rows, "--out", filepath.Join(t.TempDir(), "gap"), "--fps", "9"}, 1, "line 3: frame 2 of body 0 must come after frame 1"},
		{"import with a broken scene", []string{"import", "csv", rows, "--out", out, "--scene", rows}, 1, "scene: "},
		{"import over something", []string{"import", "csv", written(t, "episode,frame,body,x,y\n0,0,0,1,2\n"), "--out", foreign, "--fps", "9"}, 1, "is not empty"},

		{"export without output", []string{"export", data, "--to", "csv"}, 2, "--out PATH is missing"},
		{"export to nothing", []string{"export", data, "--out", out}, 2, `format "" must be hdf5, npz, mcap, csv`},
		{"export of nothing", []string{"export", "nowhere", "--to", "csv", "--out", out}, 1, "nowhere"},
		{"export of a model", []string{"export", data, "--to", "csv", "--model", model, "--out", out}, 2, "--model needs --to mcap"},
		{"export over a file", []string{"export", data, "--to", "csv", "--out", rows}, 1, "exists; --force replaces it"},
		{"export of a file over a folder", []string{"export", data, "--to", "hdf5", "--out", foreign, "--force"}, 1, "is a folder"},
		{"export over a foreign folder", []string{"export", data, "--to", "npz", "--out", foreign, "--force"}, 1, "has no ep_len.npz"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, _, stderr := runLine(t.Context(), test.args...)
			if code != test.code || !strings.Contains(stderr, test.want) {
				t.Errorf("exit code %d, want %d; stderr %q, want %q", code, test.code, stderr, test.want)
			}
			if has(t, out) {
				t.Errorf("left %s behind", out)
			}
		})
	}
	if entries, err := os.ReadDir(foreign); err != nil || len(entries) != 1 {
		t.Errorf("the foreign folder has %v (%v)", entries, err)
	}
}

func TestExportReplacesWhatItMadeBefore(t *testing.T) {
	for _, format := range exportFormats {
		out := filepath.Join(t.TempDir(), "out")
		line := []string{"export", tinyDataset(t), "--to", format, "--out", out}
		mustRun(t, line...)
		first := readTree(t, out)
		mustRun(t, append(line, "--force")...)
		if !reflect.DeepEqual(readTree(t, out), first) {
			t.Errorf("%s: the same dataset gave other bytes", format)
		}
		if entries, err := os.ReadDir(filepath.Dir(out)); err != nil || len(entries) != 1 {
			t.Errorf("%s: left %v behind (%v)", format, entries, err)
		}
	}
}

func TestInterruptedExportLeavesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, format := range exportFormats {
		dir := t.TempDir()
		code, _, stderr := runLine(ctx, "export", tinyDataset(t), "--to", format, "--out", filepath.Join(dir, "out"))
		if code != exitFailed || !strings.Contains(stderr, "orrery: interrupted") {
			t.Errorf("%s: exit code %d: %s", format, code, stderr)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("%s: left %v behind (%v)", format, entries, err)
		}
	}
}
