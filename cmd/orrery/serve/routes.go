package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"orrery/sim/input"
)

// route is one thing a client can ask for. The types of what goes in and out are
// nil where there is nothing.
type route struct {
	method, path, summary string
	request, answer       reflect.Type
	serve                 http.HandlerFunc
}

func (s *Server) allRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/", summary: "A page that explains the server", serve: s.explainSelf},
		{method: http.MethodGet, path: "/docs", summary: "The same page", serve: s.explainSelf},
		{method: http.MethodGet, path: "/openapi.yaml", summary: "This document", serve: s.serveDocument},
		ask(s, http.MethodGet, healthPath, "Whether the server runs; needs no token", s.health),
		ask(s, http.MethodGet, "/v1/scenarios", "The scenarios; those with a task can be environments", s.listScenarios),
		ask(s, http.MethodGet, "/v1/models", "The models; \"true\" is the engine itself", s.listModels),
		ask(s, http.MethodPost, "/v1/scenes", "Sample a scene of any scenario", s.sampleScene),
		ask(s, http.MethodPost, "/v1/environments", "Create an environment and begin its first episode", s.create),
		ask(s, http.MethodGet, "/v1/environments/{id}", "Describe an environment", s.describe),
		ask(s, http.MethodDelete, "/v1/environments/{id}", "Remove an environment", s.remove),
		ask(s, http.MethodGet, "/v1/environments/{id}/state", "The whole truth about an environment", s.look),
		ask(s, http.MethodPost, "/v1/environments/{id}/reset", "Begin the episode of a seed, or in a state and with goals that are told", s.reset),
		ask(s, http.MethodPost, "/v1/environments/{id}/step", "Act for one frame; 409 after the end of an episode", s.step),
		ask(s, http.MethodPost, "/v1/resets", "Begin episodes of several environments", s.resetAll),
		ask(s, http.MethodPost, "/v1/steps", "Act for one frame in several environments", s.stepAll),
		ask(s, http.MethodPost, "/v1/environments/{id}/plan", "Plan the next action with a model; 409 after the end of an episode", s.plan),
		ask(s, http.MethodPost, "/v1/predict", "The state one frame later", s.predict),
		ask(s, http.MethodPost, "/v1/rollout", "The states that follow from several starts or actions", s.rollout),
	}
}

// healthPath is the only path that needs no token.
const healthPath = "/health"

type healthAnswer struct {
	Status string `json:"status"` // ok
}

func (s *Server) health(context.Context, string, *nothing) (healthAnswer, error) {
	return healthAnswer{"ok"}, nil
}

// nothing stands for a request or an answer without a body.
type nothing struct{}

// ask returns the route of a function from request to answer, for the environment
// with the id in the path if there is one.
func ask[Q, A any](s *Server, method, path, summary string, answer func(ctx context.Context, id string, q *Q) (A, error)) route {
	r := route{method: method, path: path, summary: summary, request: bodyType[Q](), answer: bodyType[A]()}
	r.serve = func(w http.ResponseWriter, request *http.Request) {
		ctx, cancel := context.WithTimeout(request.Context(), s.config.Limits.Time)
		defer cancel()
		var q Q
		if r.request != nil {
			if err := decode(http.MaxBytesReader(w, request.Body, s.config.Limits.Bytes), request.Header, &q); err != nil {
				s.fail(w, err)
				return
			}
		}
		a, err := answer(ctx, request.PathValue("id"), &q)
		if err != nil {
			s.fail(w, err)
			return
		}
		if r.answer == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		s.write(w, http.StatusOK, a)
	}
	return r
}

func bodyType[T any]() reflect.Type {
	if t := reflect.TypeFor[T](); t != reflect.TypeFor[nothing]() {
		return t
	}
	return nil
}

// decode reads a request. It insists on the type of its content, which no form in a
// web page can have.
func decode(body io.Reader, header http.Header, q any) error {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return failure{http.StatusUnsupportedMediaType, "unsupported", "", fmt.Errorf("content type %.40q must be application/json", header.Get("Content-Type"))}
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if err := input.DecodeWholeJSON(text, q, nil); err != nil {
		return explain("", err)
	}
	return nil
}

// write sends an answer, or the error that it cannot be sent.
func (s *Server) write(w http.ResponseWriter, status int, answer any) {
	text, err := json.Marshal(answer)
	if err != nil {
		status = http.StatusInternalServerError
		text = fmt.Appendf(nil, `{"error": {"code": "internal", "message": %q}}`, err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that has gone is told nothing
}

func (s *Server) fail(w http.ResponseWriter, err error) {
	s.write(w, classify(err, &s.config.Limits).status, errorAnswer{*s.text(err)})
}

func (s *Server) mux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range s.routes {
		pattern := r.path
		if pattern == "/" {
			pattern = "/{$}" // and not everything below it
		}
		mux.HandleFunc(r.method+" "+pattern, r.serve)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, other := range []string{http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPost} {
			if _, pattern := mux.Handler(&http.Request{Method: other, Host: r.Host, URL: r.URL}); pattern != "/" {
				allowed = append(allowed, other)
			}
		}
		if allowed == nil {
			s.fail(w, unknown("path %.80q is none of the server's, which /openapi.yaml lists", r.URL.Path))
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.fail(w, failure{http.StatusMethodNotAllowed, "not_allowed", "", fmt.Errorf("method %.20q of %.80q must be %s", r.Method, r.URL.Path, strings.Join(allowed, " or "))})
	})
	return mux
}
