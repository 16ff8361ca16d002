package serve

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"orrery/sim/golden"
)

const secret = "correct-horse-battery"

func TestEveryRequestNeedsTheToken(t *testing.T) {
	t.Parallel()
	c := dial(t, newServer(t, func(c *Config) { c.Token = secret }))
	for _, r := range newServer(t, nil).routes {
		for given, right := range map[string]bool{
			"": false, secret: false, "Bearer": false, "Bearer ": false, "Bearer " + secret[1:]: false, "Bearer " + secret + "x": false,
			"Basic " + secret: false, "Bearer x" + secret: false, "Bearer " + secret: true, "bearer " + secret: true,
		} {
			request, err := http.NewRequest(r.method, c.base+strings.Replace(r.path, "{id}", "x", 1), nil)
			if err != nil {
				t.Fatal(err)
			}
			if given != "" {
				request.Header.Set("Authorization", given)
			}
			response, err := c.http.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			refused := response.StatusCode == http.StatusUnauthorized
			if refused == (right || r.path == "/health") {
				t.Errorf("%s %s with %q: status %d", r.method, r.path, given, response.StatusCode)
			}
			if refused && !strings.HasPrefix(response.Header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%s %s: nothing says how to identify oneself", r.method, r.path)
			}
		}
	}
	c.wants("GET", "/v1/models", "", 401, "unauthorised", "Authorization: Bearer TOKEN")
	c.wants("GET", "/nowhere", "", 401, "unauthorised", "Authorization: Bearer TOKEN")
	if status, text := c.raw("GET", "/health", ""); status != http.StatusOK || text != `{"status":"ok"}` {
		t.Errorf("status %d, %s", status, text)
	}
}

func TestTokenFilesAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"good":      {secret + "\n", 0o600, ""},
		"read-only": {secret, 0o400, ""},
		"group":     {secret, 0o640, "mode 0640"},
		"all":       {secret, 0o604, "mode 0604"},
		"empty":     {"", 0o600, "the token is empty"},
		"blank":     {" \n", 0o600, "the token is empty"},
		"short":     {secret[:15], 0o600, "15 characters must have 16 to 4096"},
		"shortest":  {secret[:16], 0o600, ""},
		"long":      {strings.Repeat("x", 5000), 0o600, "must have 16 to 4096"},
		"two words": {secret + " " + secret, 0o600, "one word of visible ASCII"},
		"accents":   {"pâté-pâté-pâté-pâté", 0o600, "one word of visible ASCII"},
	} {
		path := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS == "windows" && strings.HasPrefix(c.want, "mode") {
			continue
		}
		got, err := ReadToken(path)
		golden.Closed(t, path)
		if c.want == "" && (err != nil || got != strings.TrimSpace(c.text)) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if _, err := ReadToken(filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
}
