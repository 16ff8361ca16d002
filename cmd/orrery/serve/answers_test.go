package serve

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"orrery/sim/golden"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// said writes the whole answer to a request: its status, the headers that matter, and its body, in which names of environments
// and the server's address are replaced.
func (c *client) said(w io.Writer, names map[string]string, method, path, body string, headers ...string) (text string) {
	c.Helper()
	back := []string{c.base, "BASE", strings.TrimPrefix(c.base, "http://"), "HOST"}
	var there []string
	for name, id := range names {
		back, there = append(back, id, name), append(there, name, id)
	}
	request, err := http.NewRequest(method, c.base+strings.NewReplacer(there...).Replace(path), strings.NewReader(strings.NewReplacer(there...).Replace(body)))
	if err != nil {
		c.Fatal(err)
	}
	if method == "POST" {
		request.Header.Set("Content-Type", "application/json")
	}
	for k := 0; k < len(headers); k += 2 {
		if request.Header.Set(headers[k], headers[k+1]); headers[k] == "Host" {
			request.Host = headers[k+1]
		}
	}
	response, err := c.http.Do(request)
	if err != nil {
		c.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		c.Fatal(err)
	}
	fmt.Fprintf(w, "# %s %s %.200s%s\n%d", method, path, body, strings.Join(append([]string{""}, headers...), " "), response.StatusCode)
	for _, key := range []string{"Content-Type", "Content-Security-Policy", "Allow", "Vary", "Www-Authenticate", "Cache-Control", "X-Content-Type-Options"} {
		if value := response.Header.Get(key); value != "" {
			fmt.Fprintf(w, ", %s", value)
		}
	}
	fmt.Fprintf(w, "\n%s\n", strings.NewReplacer(back...).Replace(string(answer)))
	return string(answer)
}

// TestAnswersStay holds whole answers to requests of each kind, and to what is wrong with them.
func TestAnswersStay(t *testing.T) {
	t.Parallel()
	var w strings.Builder
	c := dial(t, newServer(t, func(config *Config) {
		config.Limits.Frames, config.Limits.Batch, config.Limits.States, config.Limits.Environments, config.Limits.Samples = 12, 3, 30, 2, 50
		config.Record = t.TempDir()
	}))
	names := map[string]string{}
	create := func(name, body string) {
		var about environmentAnswer
		var told strings.Builder
		if err := json.Unmarshal([]byte(c.said(&told, names, "POST", "/v1/environments", body)), &about); err != nil {
			t.Fatal(err)
		}
		names[name] = about.ID
		fmt.Fprintf(&w, "%scalled %s, %d letters\n", strings.ReplaceAll(told.String(), about.ID, name), name, len(about.ID))
	}
	quoted, err := json.Marshal(puckText)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, body string, headers ...string) {
		c.said(&w, names, method, path, strings.ReplaceAll(body, "PUCK", string(quoted)), headers...)
	}
	ask("GET", "/health", "")
	ask("GET", "/v1/models", "")
	ask("GET", "/v1/scenarios", "")
	ask("POST", "/v1/scenes", `{"scenario": "cartpole", "seed": 3, "episode": 2}`)
	ask("POST", "/v1/scenes", `{"scenario": PUCK, "name": "puck", "seed": 5, "values": {"mass": 1.5}}`)
	ask("POST", "/v1/scenes", `{"scenario": PUCK, "values": {"mass": 3}}`)
	ask("POST", "/v1/scenes", `{"scenario": PUCK, "episode": -1}`)
	ask("POST", "/v1/scenes", `{"scenario": "cartpol"}`)
	ask("POST", "/v1/scenes", `{"scenario": 7}`)
	ask("POST", "/v1/scenes", `{"scenario": {"format": 2, "bodies": [{"circel": 1}]}, "name": "wrong"}`)
	ask("POST", "/v1/environments", `{"scenario": "mixed"}`)
	create("CART", `{"scenario": "cartpole", "seed": 4}`)
	create("DOCK", `{"scenario": `+string(quoted)+`, "name": "puck", "seed": 2, "record": true}`)
	ask("POST", "/v1/environments", `{"scenario": "cartpole"}`)
	ask("GET", "/v1/environments/CART", "")
	ask("POST", "/v1/environments/CART/step", `{"action": [0.5]}`)
	ask("POST", "/v1/environments/CART/step", `{"action": [-1]}`)
	ask("POST", "/v1/environments/CART/step", `{"action": [0.5, 1]}`)
	ask("POST", "/v1/environments/CART/step", `{"action": [1e300]}`)
	ask("GET", "/v1/environments/CART/state", "")
	ask("POST", "/v1/environments/CART/reset", `{"seed": 9}`)
	ask("POST", "/v1/environments/DOCK/plan", `{"model": "drift", "seed": 3, "expect": true}`)
	ask("POST", "/v1/environments/DOCK/plan", `{"model": "drift", "seed": 3}`)
	ask("POST", "/v1/environments/DOCK/step", `{"action": [5]}`)
	ask("POST", "/v1/environments/DOCK/plan", `{"model": "drift", "seed": 3, "settings": {"horizon": 6}}`)
	ask("POST", "/v1/environments/DOCK/plan", `{"model": "drift", "settings": {"samples": 51}}`)
	ask("POST", "/v1/environments/DOCK/plan", `{"model": "drift", "settings": {"horizon": 13}}`)
	ask("POST", "/v1/environments/DOCK/plan", `{"model": "drift", "planner": "guess"}`)
	ask("POST", "/v1/environments/DOCK/plan", `{"model": "drif"}`)
	ask("POST", "/v1/steps", `{"steps": [{"environment": "CART", "action": [1]}, {"environment": "DOCK", "action": [1, 2]}, {"environment": "none", "action": [1]}]}`)
	ask("POST", "/v1/steps", `{"steps": [{"environment": "CART", "action": [1]}, {"environment": "CART", "action": [1]}]}`)
	ask("POST", "/v1/steps", `{"steps": []}`)
	ask("POST", "/v1/resets", `{"resets": [{"environment": "DOCK", "seed": 1, "state": [[0.5, 0, 0, 1, 0, 0]], "goals": [{"kind": "place", "body": 0, "target": [1, 0], "radius": 0.2}]}, {"environment": "CART", "state": []}]}`)
	ask("POST", "/v1/environments/DOCK/reset", `{"seed": 1, "goals": []}`)
	ask("GET", "/v1/environments/DOCK/state", "")
	ask("POST", "/v1/predict", `{"model": "drift", "environment": "DOCK", "action": [2]}`)
	ask("POST", "/v1/predict", `{"model": "fall", "environment": "CART"}`)
	ask("POST", "/v1/predict", `{"model": "fall", "environment": "CART", "state": [[0, 0, 0, 0, 0, 0]]}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "environment": "DOCK", "frames": 2, "starts": [[[0, 0, 0, 1, 0, 0]], [[0, 0, 0, 0, 1, 0]]]}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "environment": "DOCK", "actions": [[[1], [2]], [[3], [4]]]}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "environment": "DOCK", "actions": [[[1], [2]], [[3]]]}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "environment": "DOCK", "actions": [[[1]]], "frames": 1}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "environment": "DOCK", "frames": 13}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "environment": "DOCK"}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "environment": "DOCK", "frames": 1, "starts": [[[0, 0, 0, 1, 0, 1e200]]]}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "environment": "DOCK", "frames": 10, "starts": [[[0, 0, 0, 1, 0, 0]], [[0, 0, 0, 1, 0, 0]], [[0, 0, 0, 1, 0, 0]]]}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "frames": 1}`)
	ask("POST", "/v1/rollout", `{"model": "drift", "environment": "DOCK", "frames": 1, "starts": [[[0, 0, 0, 1, 0, 0]], [[0, 0, 0, 1, 0, 0]], [[0, 0, 0, 1, 0, 0]], [[0, 0, 0, 1, 0, 0]]]}`)
	for range 30 {
		if strings.Contains(c.said(io.Discard, names, "POST", "/v1/environments/DOCK/step", `{"action": [0]}`), `"truncated":true`) {
			break
		}
	}
	ask("GET", "/v1/environments/DOCK/state", "")
	ask("POST", "/v1/environments/DOCK/step", `{"action": [0]}`)
	ask("POST", "/v1/environments/DOCK/plan", `{"model": "drift"}`)
	ask("DELETE", "/v1/environments/CART", "")
	ask("DELETE", "/v1/environments/CART", "")
	ask("GET", "/", "")
	ask("GET", "/docs/", "")
	ask("PUT", "/v1/predict", "")
	ask("POST", "/v1/predict", `{}`, "Content-Type", "text/plain")
	ask("POST", "/v1/predict", `{"model": "fall", "environment": "x", "scene": {}}`)
	ask("GET", "/v1/models", "", "Origin", "http://evil.example")
	ask("GET", "/v1/models", "", "Host", "evil.example")
	golden.Compare(t, "testdata/answers.txt", w.String())
}

// TestWordsOfWhatServersRefuse: limits, tokens, and what else a server cannot be made with.
func TestWordsOfWhatServersRefuse(t *testing.T) {
	t.Parallel()
	var w strings.Builder
	for _, change := range []func(l *Limits){
		func(l *Limits) { l.Bytes = 0 }, func(l *Limits) { l.Bodies = 0 }, func(l *Limits) { l.Frames = -1 }, func(l *Limits) { l.Batch = 0 },
		func(l *Limits) { l.States = 0 }, func(l *Limits) { l.Samples = 0 }, func(l *Limits) { l.Environments = 0 }, func(l *Limits) { l.Episodes = 0 },
		func(l *Limits) { l.Connections = 0 }, func(l *Limits) { l.Workers = 0 }, func(l *Limits) { l.Memory = 0 }, func(l *Limits) { l.Time = 0 },
		func(l *Limits) { l.Idle = -time.Second }, func(*Limits) {},
	} {
		l := DefaultLimits()
		change(&l)
		fmt.Fprintf(&w, "%v\n", l.Validate())
	}
	usual := DefaultLimits()
	usual.Workers = 0 // as many as there are cores
	fmt.Fprintf(&w, "# usual\n%+v\n", usual)
	fmt.Fprintln(&w, "# tokens")
	for _, token := range []string{
		"", " \n", strings.Repeat("x", minToken-1), strings.Repeat("x", minToken), " " + strings.Repeat("x", maxToken) + "\n", strings.Repeat("x", maxToken+1),
		"two words of letters", "sixteen-letters-ä", "sixteen-letters-\x7f", strings.Repeat("~!", 8),
	} {
		path := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(path, []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := ReadToken(path)
		if err != nil {
			got = strings.TrimPrefix(err.Error(), path)
		}
		fmt.Fprintf(&w, "%.20q of %d: %.60s\n", token, len(token), got)
	}
	fmt.Fprintln(&w, "# names of what is recorded")
	for _, name := range []string{"cartpole", "push", "pusht"} {
		found, err := library.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		sets := []map[string]float64{nil}
		for _, p := range found.Params {
			sets = append(sets, map[string]float64{p.Name: p.Max})
		}
		for _, set := range sets {
			values, err := found.Values(set)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&w, recordingName(found, values))
		}
	}
	own, err := scenario.Parse("a pück of mine, with a name that is longer than it must be", []byte(puckText))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&w, recordingName(own, scenario.Values{"mass": 1}), recordingName(own, scenario.Values{"mass": 2}))
	golden.Compare(t, "testdata/refused.txt", w.String())
	if got := DefaultLimits().Workers; got != runtime.NumCPU() {
		t.Errorf("%d workers", got)
	}
}
