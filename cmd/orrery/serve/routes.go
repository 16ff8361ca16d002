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

	"orrery/assets"
	"orrery/sim"
)

// route is one thing a client can ask for. The types of what goes in and out are
// nil where there is nothing.
type route struct {
	method, path    string
	request, answer reflect.Type
	serve           http.HandlerFunc
}

func (s *Server) allRoutes() []route {
	return []route{
		file("/openapi.yaml", "application/yaml"),
		file("/orrery_client.py", "text/x-python; charset=utf-8"),
		ask(s, http.MethodGet, "/v1/scenarios", s.listScenarios),
		ask(s, http.MethodGet, "/v1/models", s.listModels),
		ask(s, http.MethodPost, "/v1/scenes", s.sampleScene),
		ask(s, http.MethodPost, "/v1/environments", s.create),
		ask(s, http.MethodGet, "/v1/environments/{id}", s.describe),
		ask(s, http.MethodDelete, "/v1/environments/{id}", s.remove),
		ask(s, http.MethodGet, "/v1/environments/{id}/state", s.look),
		ask(s, http.MethodPost, "/v1/environments/{id}/reset", s.reset),
		ask(s, http.MethodPost, "/v1/environments/{id}/step", s.step),
		ask(s, http.MethodPost, "/v1/environments/{id}/plan", s.plan),
		ask(s, http.MethodPost, "/v1/predict", s.predict),
		ask(s, http.MethodPost, "/v1/rollout", s.rollout),
	}
}

// nothing stands for a request or an answer without a body.
type nothing struct{}

// ask returns the route of a function from request to answer, for the environment
// with the id in the path if there is one.
func ask[Q, A any](s *Server, method, path string, answer func(ctx context.Context, id string, q *Q) (A, error)) route {
	r := route{method: method, path: path, request: bodyType[Q](), answer: bodyType[A]()}
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
		return failure{http.StatusUnsupportedMediaType, "unsupported", fmt.Errorf("content type %.40q must be application/json", header.Get("Content-Type"))}
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if err := sim.DecodeStrictJSON(text, q); err != nil {
		return invalid("request: %w", err)
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
	f := classify(err, &s.config.Limits)
	s.write(w, f.status, errorAnswer{errorText{f.code, f.Error()}})
}

// file returns the route of a file that the server hands out.
func file(path, kind string) route {
	return route{method: http.MethodGet, path: path, serve: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		http.ServeFileFS(w, r, assets.Files, "serve"+path)
	}}
}

func (s *Server) mux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range s.routes {
		mux.HandleFunc(r.method+" "+r.path, r.serve)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for _, other := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			if _, pattern := mux.Handler(&http.Request{Method: other, Host: r.Host, URL: r.URL}); pattern != "/" {
				s.fail(w, failure{http.StatusMethodNotAllowed, "not_allowed", fmt.Errorf("method %.20q of %.80q must be another", r.Method, r.URL.Path)})
				return
			}
		}
		s.fail(w, unknown("path %.80q is none of the server's, which /openapi.yaml lists", r.URL.Path))
	})
	return mux
}
