package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
)

// The sizes a token may have, in characters. Fewer could be guessed.
const (
	minToken = 16
	maxToken = 4096
)

// ReadToken reads the token from a file that nobody but its owner can read. Space around
// the token does not belong to it.
func ReadToken(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	about, err := f.Stat()
	if err != nil {
		return "", err
	}
	if mode := about.Mode(); mode.IsRegular() && mode.Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return "", fmt.Errorf("%s: others than its owner may use the file (mode %04o): chmod 600 %s", path, mode.Perm(), path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxToken+1))
	if err != nil {
		return "", err
	}
	if err := checkToken(strings.TrimSpace(string(text))); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return strings.TrimSpace(string(text)), nil
}

func checkToken(token string) error {
	switch n := len(token); {
	case n == 0:
		return errors.New("the token is empty")
	case n < minToken || n > maxToken:
		return fmt.Errorf("the token of %d characters must have %d to %d", n, minToken, maxToken)
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("the token must be one word of visible ASCII characters")
	}
	return nil
}

// demandToken lets requests through that bring the token. What they bring is compared in
// a time that does not depend on how much of it is right.
func (s *Server) demandToken(next http.Handler) http.Handler {
	if s.config.Token == "" {
		return next
	}
	want := sha256.Sum256([]byte(s.config.Token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimSpace(token)))
		right := subtle.ConstantTimeCompare(got[:], want[:]) == 1
		if r.URL.Path != healthPath && !(right && strings.EqualFold(kind, "Bearer")) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="orrery"`)
			s.fail(w, failure{http.StatusUnauthorized, "unauthorised", "", errors.New("the request needs the server's token, as Authorization: Bearer TOKEN")})
			return
		}
		next.ServeHTTP(w, r)
	})
}
