package main

import (
	"bufio"
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
