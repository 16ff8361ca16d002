package serve

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"orrery/assets"
)

// python runs a script that may import the client. It prints nothing when all is well.
func python(t *testing.T, script string, args ...string) {
	t.Helper()
	name, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	dir := t.TempDir()
	client, err := assets.Files.ReadFile("serve/orrery_client.py")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/orrery_client.py", client, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), name, append([]string{"-c", script}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}

// pythonPrelude has what the scripts need to expect errors.
const pythonPrelude = `
import contextlib, select, socket, sys, time, urllib.parse
import orrery_client as oc
url = sys.argv[1]
@contextlib.contextmanager
def refuses(kind, words):
    try:
        yield
    except kind as error:
        assert words in str(error), (words, str(error))
        return
    raise AssertionError(f"no {kind.__name__} with {words!r}")
`

func TestPythonClientSaysWhatItCannotMean(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, nil))
	python(t, pythonPrelude+`
with oc.Env("pusht", url=url) as e:
    first, _ = e.reset(seed=5)
    assert list(e.reset(seed=5)[0]) == list(first) and list(e.reset()[0]) != list(first)
    for seed, kind, words in [(-1, ValueError, "seed -1 must be 0 to 18446744073709551615"), (2**64, ValueError, "must be 0 to"),
                              (1.5, TypeError, "seed 1.5 must be a whole number"), ("x", TypeError, "seed 'x'"), (True, TypeError, "seed True")]:
        with refuses(kind, words): e.reset(seed=seed)
        with refuses(kind, words): e.plan("drift", seed=seed)
        with refuses(kind, words): e.server.scene("billiards", seed=seed)
    e.reset(seed=2**64 - 1)
    for action, kind, words in [([float("nan"), 1], ValueError, "action[0]: nan must be a finite number"),
                                ([1, float("-inf")], ValueError, "action[1]: -inf must be a finite number"),
                                ([1], ValueError, "action has 1 numbers, must have 2"), ([1, 2, 3], ValueError, "action has 3 numbers"),
                                (1, TypeError, "action 1 must be a list of 2 numbers"), ("left", TypeError, "action 'left'"), ("12", ValueError, "action has 2"),
                                ([[1, 2]], TypeError, "must be a list of 2 numbers"), (None, TypeError, "action None")]:
        with refuses(kind, words): e.step(action)
        if action is not None:
            with refuses(kind, words): e.predict("drift", action=action)
    with refuses(ValueError, "option 'reset_to_state' is not known"): e.reset(seed=1, options={"reset_to_state": [1]})
    e.reset(seed=1, options={})
    assert type(e.step([1, 2])[1]) is float
    e.reset(seed=1)
    assert e.state()["frame"] == 0, "a refused step was done"
    with refuses(ValueError, "must be finite"): e.predict("drift", state=[[float("nan")] * 6] * 2)
    with refuses(TypeError, "must be of numbers"): e.predict("drift", state=object())
    with refuses(oc.OrreryError, "unknown model 'oracle'".replace("'", '"')): e.predict("oracle")
    assert 3 not in e.action_space and [1, 2] in e.action_space and [float("nan"), 1] not in e.action_space
with refuses(ValueError, "the environment is closed"): e.step([1, 2])
with refuses(ValueError, "the environment is closed"): e.predict("drift")
with refuses(ValueError, "the environment is closed"): e.rollout("drift", frames=1)
e.close(); e.close()
with refuses(oc.OrreryError, "perhaps"): oc.Env("push-t", url=url)
with refuses(TypeError, "unexpected keyword"): oc.Env("pusht", url=url, render="human")
for wrong in ["127.0.0.1:8417", "ftp://x", "", "http://"]:
    with refuses(ValueError, "must be like http://127.0.0.1:8417"): oc.Server(wrong)
gone = oc.Env("pusht", url=url)
gone.server.ask("DELETE", "/v1/environments/" + gone.id)
gone.close()
with refuses(KeyError, "mine"):
    with oc.Env("pusht", url=url) as e: raise KeyError("mine")
assert e.id is None
`, c.base)
}

func TestPythonClientBeginsInStatesAndStepsMany(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, nil))
	python(t, pythonPrelude+`
with oc.Env("pusht", url=url) as a, oc.Env("pusht", url=url, server=a.server) as b:
    a.reset(seed=3)
    whole = a.state()
    state = [[*whole["state"][0]], [2.5, 2.25, 0.5, 0, 0, 0]]
    goals = [{**whole["scene"]["goals"][0], "target": [1, 1]}]
    for e in a, b: e.reset(seed=3, options={"state": state, "goals": goals})
    assert a.state()["state"] == state and a.state()["scene"]["goals"][0]["target"] == [1, 1]
    one, two = a.server.step([a, b], [[1, 2], (1, 2)])
    assert list(one[0]) == list(two[0]) and one[1:] == two[1:] and type(one[1]) is float
    b.step([1, 2])
    assert list(a.step([1, 2])[0]) == b.state()["observation"]
    with refuses(oc.OrreryError, "state: has 1 bodies"): a.reset(options={"state": state[:1]})
    with refuses(ValueError, "1 actions must be one for each of 2"): a.server.step([a, b], [[1, 2]])
    with refuses(ValueError, "action has 1 numbers"): a.server.step([a, b], [[1, 2], [1]])
    b.close()
    with refuses(ValueError, "the environment is closed"): a.server.step([a, b], [[1, 2], [1, 2]])
`, c.base)
}

func TestPythonClientBringsTheToken(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, func(c *Config) { c.Token = secret }))
	python(t, pythonPrelude+`
with oc.Env("pusht", url=url, token="`+secret+`") as e: e.reset(seed=1)
with refuses(oc.OrreryError, "unauthorised, HTTP 401"): oc.Env("pusht", url=url)
with refuses(oc.OrreryError, "unauthorised, HTTP 401"): oc.Server(url, token="another-word-of-some-length").models()
`, c.base)
}

// TestPythonClientConnectsAgain closes connections while they are idle, and in the
// middle of requests. Idle ones are opened again for every request; of those that break
// only such are sent once more as may be done twice.
func TestPythonClientConnectsAgain(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	var cut atomic.Bool    // break the connection of the next request after it is done
	var leave atomic.Bool  // close the connection as soon as it is idle
	var steps atomic.Int64 // that came in
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{ConnState: func(c net.Conn, state http.ConnState) {
		if state == http.StateIdle && leave.Swap(false) {
			c.Close()
		}
	}, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/step"):
			steps.Add(1)
		case r.URL.Path == "/cut":
			cut.Store(true)
			w.Write([]byte("null"))
			return
		case r.URL.Path == "/leave":
			leave.Store(true)
			w.Write([]byte("null"))
			return
		}
		if cut.Swap(false) {
			s.ServeHTTP(discard{http.Header{}}, r)
			panic(http.ErrAbortHandler)
		}
		s.ServeHTTP(w, r)
	})}
	defer server.Close()
	go server.Serve(listener)
	python(t, pythonPrelude+`
e = oc.Env("pusht", url=url)
e.reset(seed=1)
for frame in range(3):
    e.server.ask("GET", "/leave")
    assert select.select([e.server._connection.sock], [], [], 60)[0], "still open"
    e.step([1, 2])
assert e.state()["frame"] == 3
def cut(): e.server.ask("GET", "/cut")
cut(); assert e.state()["frame"] == 3
cut(); e.reset(seed=1)
cut(); e.predict("drift", action=[1, 2])
cut()
with refuses((ConnectionError, oc.http.client.HTTPException), ""): e.step([1, 2])
assert e.state()["frame"] == 1, "the step was sent twice"
cut(); e.close()
e = oc.Env("pusht", url=url)
e.server.ask("GET", "/cut")
with refuses((ConnectionError, oc.http.client.HTTPException), ""): oc.Env("pusht", server=e.server)
`, "http://"+listener.Addr().String())
	if n := steps.Load(); n != 4 {
		t.Errorf("%d steps came in, want 4", n)
	}
	if n := s.count(); n != 2 {
		t.Errorf("%d environments, want those of two creations", n)
	}
}

// TestPythonClientClosesWhatIsGone stops the server before the client closes.
func TestPythonClientClosesWhatIsGone(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ServeHTTP(w, r)
		if strings.HasSuffix(r.URL.Path, "/reset") {
			go server.Close()
		}
	})
	go server.Serve(listener)
	python(t, pythonPrelude+`
with oc.Env("pusht", url=url) as e:
    try: e.reset(seed=1)
    except (OSError, oc.http.client.HTTPException): pass
    while True: # until the server is gone
        try: socket.create_connection(urllib.parse.urlsplit(url).netloc.split(":")).close()
        except OSError: break
        time.sleep(0.01)
e.close()
with refuses(OSError, ""): oc.Env("pusht", url=url)
`, "http://"+listener.Addr().String())
}

// discard is an answer that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
