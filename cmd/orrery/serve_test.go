package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.yaml.in/yaml/v3"
)

// startServer runs orrery serve as a process of its own and returns its address.
func startServer(t *testing.T, args ...string) (cmd *exec.Cmd, address string) {
	t.Helper()
	cmd = exec.Command(os.Args[0], append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	address, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd, strings.TrimSpace(address)
}

// ask sends a request with a body in JSON, or without if it is empty.
func ask(t *testing.T, method, url, body string) (status int, text []byte) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, text
}

// pythonClient lets a process act with the client in Python and returns what it prints.
func pythonClient(t *testing.T, python, dir, script string, args ...string) (string, error) {
	cmd := exec.CommandContext(t.Context(), python, append([]string{"-c", script}, args...)...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, &stderr)
	}
	return string(out), err
}

// pythonActor acts in six frames of pusht, plans and predicts, and prints all it sees.
const pythonActor = `
import sys
from orrery_client import Env, OrreryError, Server
url, seed = sys.argv[1], int(sys.argv[2])
env = Env("pusht", url=url)
print(*env.reset(seed=seed))
assert env.action_space.sample() in env.action_space and [0, 513] not in env.action_space
assert list(env.action_space.low) == [0, 0] and list(env.action_space.high) == [512, 512]
assert env.observation_space.shape == (5,) and env.action_space.dtype == float and env.action_space.contains([0, 512])
assert env.render() is None and env.render_mode is None and env.unwrapped is env
settings = {"samples": 8, "elites": 4, "iterations": 1, "horizon": 3, "repeat": 1, "replan": 3}
for frame in range(6):
    action = env.plan("true", planner="icem", settings=settings, seed=seed)
    if frame == 0:
        ahead = env.predict("true", action=action)
    print(*env.step(action))
    if frame == 0:
        assert ahead == env.state()["state"], "the engine does not predict itself"
print(env.rollout("true", actions=[[[100, 100], [200, 200]], [[300, 300], [400, 400]]]))
scene = env.server.scene("billiards", seed=seed)
print(env.server.rollout("tiny", scene=scene, frames=5))
print([m["name"] for m in env.server.models()], len(env.server.scenarios()) > 10)
try:
    env._ask("POST", "/step", {"action": [1]})
except OrreryError as error:
    print(error)
env.close()
`

// TestPythonClientsAreAsAlone runs the client that comes with the server in sixteen
// processes at once, and two again alone.
func TestPythonClientsAreAsAlone(t *testing.T) {
	skipShort(t)
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	_, address := startServer(t, "--model", "tiny="+tinyModel(t))
	dir := t.TempDir()
	_, client := ask(t, http.MethodGet, address+"/orrery_client.py", "")
	if lines := bytes.Count(client, []byte("\n")); lines > 320 {
		t.Errorf("the client has %d lines", lines)
	}
	if err := os.WriteFile(filepath.Join(dir, "orrery_client.py"), client, 0o644); err != nil {
		t.Fatal(err)
	}
	var together [16]string
	var group sync.WaitGroup
	for i := range together {
		group.Go(func() {
			var err error
			if together[i], err = pythonClient(t, python, dir, pythonActor, address, fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for i, seen := range together[:2] {
		alone, err := pythonClient(t, python, dir, pythonActor, address, fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		if seen != alone {
			t.Errorf("client %d saw\n%s\namong others, and alone\n%s", i, seen, alone)
		}
	}
	for _, part := range []string{"['tiny', 'true'] True", "action: has 1 numbers, must have 2 (invalid, HTTP 400)"} {
		if !strings.Contains(together[0], part) {
			t.Errorf("%q lacks %q", together[0], part)
		}
	}
	if together[0] == together[1] {
		t.Error("seeds make no difference")
	}
}

// TestServerEndsWhenAsked leaves requests aside, for which serve has a test.
func TestServerEndsWhenAsked(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd, address := startServer(t)
		if status, text := ask(t, http.MethodPost, address+"/v1/environments", `{"scenario": "pusht"}`); status != http.StatusOK {
			t.Fatalf("status %d: %s", status, text)
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: the server ended with %v", signal, err)
		}
	}
}

func TestBadServersAreOneClearLine(t *testing.T) {
	for _, test := range []struct {
		args string
		code int
		want string
	}{
		{"models/pusht", exitUsage, "unexpected argument"},
		{"--model pusht", exitUsage, `model "pusht" must be NAME=DIR`},
		{"--model true=models", exitUsage, `two models are called "true"`},
		{"--model a=nowhere", exitFailed, "nowhere"},
		{"--environments 0", exitUsage, "environments 0 must be"},
		{"--timeout -1s", exitUsage, "--timeout -1s must be above 0"},
		{"--listen nowhere", exitUsage, `--listen "nowhere" must be HOST:PORT`},
		{"--listen :0", exitUsage, "--listen :0 can be reached from other machines: it needs --token FILE, or --open"},
		{"--listen 0.0.0.0:0", exitUsage, "can be reached from other machines"},
		{"--listen :0 --open --token token", exitUsage, "exclude each other"},
		{"--token nowhere", exitFailed, "--token: nowhere: no such file"},
		{"--bytes 0", exitUsage, "bytes 0 must be"},
		{"--batch -1", exitUsage, "batch -1 must be"},
		{"--idle 0s", exitUsage, "--idle 0s must be above 0"},
	} {
		code, _, stderr := runLine(t.Context(), append([]string{"serve"}, strings.Fields(test.args)...)...)
		if code != test.code || !strings.Contains(stderr, test.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("serve %s: code %d, %q; want %d and %q", test.args, code, stderr, test.code, test.want)
		}
	}
}

// TestServeFlagsSetTheLimits reads them in the document that the server hands out.
func TestServeFlagsSetTheLimits(t *testing.T) {
	t.Parallel()
	_, address := startServer(t, strings.Fields(`--bytes 1001 --bodies 1002 --frames 1003 --batch 1004 --states 1005 --samples 1006
		--environments 1007 --episodes 1010 --connections 1008 --memory 1009 --workers 3 --timeout 7s --idle 90s`)...)
	_, text := ask(t, http.MethodGet, address+"/openapi.yaml", "")
	var document struct {
		Limits map[string]int `yaml:"x-limits"`
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"bytes": 1001, "bodies": 1002, "frames": 1003, "batch": 1004, "states": 1005, "samples": 1006,
		"environments": 1007, "episodes": 1010, "connections": 1008, "memory": 1009 << 20, "workers": 3, "time": 7, "idle": 90,
	}
	if !maps.Equal(document.Limits, want) {
		t.Errorf("got %v, want %v", document.Limits, want)
	}
}

// TestBeyondLoopbackTheTokenIsNeeded starts a server that other machines can reach.
func TestBeyondLoopbackTheTokenIsNeeded(t *testing.T) {
	t.Parallel()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("correct-horse-battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, address := startServer(t, "--listen", ":0", "--token", token)
	port := address[strings.LastIndexByte(address, ':'):]
	if status, text := ask(t, http.MethodGet, "http://127.0.0.1"+port+"/v1/models", ""); status != http.StatusUnauthorized {
		t.Errorf("status %d: %s", status, text)
	}
	_, open := startServer(t, "--listen", ":0", "--open")
	port = open[strings.LastIndexByte(open, ':'):]
	if status, text := ask(t, http.MethodGet, "http://127.0.0.1"+port+"/v1/models", ""); status != http.StatusOK {
		t.Errorf("status %d: %s", status, text)
	}
}

// node is a part of openapi.yaml or of an answer.
type node = map[string]any

// TestExamplesOfTheOpenAPIFileWork sends every example of the file to the program, and
// holds the answers to the file's schemas.
func TestExamplesOfTheOpenAPIFileWork(t *testing.T) {
	_, address := startServer(t)
	_, text := ask(t, http.MethodGet, address+"/openapi.yaml", "")
	var api node
	if err := yaml.Unmarshal(text, &api); err != nil {
		t.Fatal(err)
	}
	id := ""
	paths := api["paths"].(node)
	order := slices.Sorted(maps.Keys(paths)) // creation comes before what needs an id
	for _, method := range []string{"post", "get", "delete"} {
		for _, path := range order {
			operation, ok := paths[path].(node)[method].(node)
			if !ok || !strings.HasPrefix(path, "/v1") {
				continue
			}
			body := ""
			if request, ok := operation["requestBody"].(node); ok {
				example, err := json.Marshal(request["content"].(node)["application/json"].(node)["example"])
				if err != nil {
					t.Fatal(err)
				}
				body = strings.Replace(string(example), `"ID"`, `"`+id+`"`, 1)
			}
			status, answer := ask(t, strings.ToUpper(method), address+strings.Replace(path, "{id}", id, 1), body)
			response, ok := operation["responses"].(node)[fmt.Sprint(status)].(node)
			if !ok {
				t.Errorf("%s %s %s: status %d: %s", method, path, body, status, answer)
				continue
			}
			if status == http.StatusNoContent {
				continue
			}
			var value any
			if err := json.Unmarshal(answer, &value); err != nil {
				t.Fatal(err)
			}
			if path == "/v1/environments" {
				id = value.(node)["id"].(string)
			}
			if err := conform(api, response["content"].(node)["application/json"].(node)["schema"].(node), value); err != nil {
				t.Errorf("%s %s: %v", method, path, err)
			}
		}
	}
}

// conform returns an error that names where a value is not as its schema says.
func conform(api, schema node, value any) error {
	if ref, ok := schema["$ref"].(string); ok {
		name := regexp.MustCompile(`[^/]*$`).FindString(ref)
		return conform(api, api["components"].(node)["schemas"].(node)[name].(node), value)
	}
	var err error
	switch kind := schema["type"]; value := value.(type) {
	case node:
		err = conformObject(api, schema, value)
	case []any:
		items, ok := schema["items"].(node)
		if kind != "array" || !ok {
			return fmt.Errorf("an array must be of type %v", kind)
		}
		for i, v := range value {
			if err := conform(api, items, v); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
	case float64:
		if kind != "number" && !(kind == "integer" && value == float64(int64(value))) {
			err = fmt.Errorf("%v must be of type %v", value, kind)
		}
	default:
		if want := map[string]any{"string": "string", "bool": "boolean"}[fmt.Sprintf("%T", value)]; kind != want {
			err = fmt.Errorf("%v must be of type %v", value, kind)
		}
	}
	return err
}

func conformObject(api, schema, value node) error {
	if schema["type"] != "object" {
		return fmt.Errorf("an object must be of type %v", schema["type"])
	}
	properties, closed := schema["properties"].(node)
	others, named := schema["additionalProperties"].(node)
	var errs []error
	if required, ok := schema["required"].([]any); ok {
		for _, key := range required {
			if _, ok := value[key.(string)]; !ok {
				errs = append(errs, fmt.Errorf("%v is missing", key))
			}
		}
	}
	for key, v := range value {
		property, ok := properties[key].(node)
		switch {
		case ok:
		case named:
			property = others
		case closed:
			errs = append(errs, fmt.Errorf("%s is not in the file", key))
			continue
		default:
			continue // an object of which the file says no more
		}
		if err := conform(api, property, v); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	return errors.Join(errs...)
}
