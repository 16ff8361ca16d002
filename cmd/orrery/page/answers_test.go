package page

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// TestAnswersStay: each way of asking for each file, with all that a browser is told.
func TestAnswersStay(t *testing.T) {
	t.Parallel()
	handler, err := Handler(made())
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	ask := func(method, path string, pairs ...string) {
		request := httptest.NewRequest(method, "http://localhost"+path, nil)
		for i := 0; i < len(pairs); i += 2 {
			request.Header.Set(pairs[i], pairs[i+1])
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		fmt.Fprintf(&told, "# %s %s %s\n%d\n", method, path, strings.Join(pairs, " "), answer.Code)
		for _, name := range slices.Sorted(maps.Keys(answer.Header())) {
			fmt.Fprintf(&told, "%s: %s\n", name, strings.Join(answer.Header()[name], ", "))
		}
		fmt.Fprintf(&told, "%s\n", strings.TrimSpace(answer.Body.String()))
	}
	for _, path := range []string{"/", "/wasm_exec.js", "/" + packed, "/index.html", "/secret", "/none"} {
		ask(http.MethodGet, path)
		ask(http.MethodHead, path)
		ask(http.MethodPost, path)
		ask(http.MethodGet, path, "Accept-Encoding", "gzip")
		ask(http.MethodGet, path, "Accept-Encoding", "br, gzip;q=0.5", "Range", "bytes=2-5")
	}
	golden.Compare(t, "testdata/answers.txt", told.String())
}
