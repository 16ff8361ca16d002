package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"orrery/sim/input"
	"orrery/sim/scenario/file"
	"orrery/world/plan"
)

// failure is an error with the status and the code that tell a client what kind it is.
type failure struct {
	status int
	code   string
	field  string // of the request, such as action[1], or empty
	error
}

// Error names the field and the rule.
func (f failure) Error() string {
	if f.field == "" {
		return f.error.Error()
	}
	return f.field + ": " + strings.TrimPrefix(f.error.Error(), f.field+": ") // a scene names itself
}

func (f failure) Unwrap() error { return f.error }

// invalid is about a field of a request, or about all of it if that is empty.
func invalid(field, format string, args ...any) error {
	return failure{http.StatusBadRequest, "invalid", field, fmt.Errorf(format, args...)}
}

// of returns a failure that names the field it is about.
func (f failure) of(field string) failure {
	f.field = field
	return f
}

// explain turns an error of a decoder of JSON within a field into one of the request.
func explain(field string, err error) error {
	var at *input.JSONError
	if !errors.As(err, &at) {
		return invalid(field, "%w", err)
	}
	switch {
	case at.Field == "" && field == "":
		return invalid("", "request: line %d, column %d: %s", at.Line, at.Column, at.Rule)
	case field != "" && at.Field != "" && at.Field[0] != '[':
		field += "."
	}
	return invalid(field+at.Field, "%s", at.Rule)
}

// explainScenario turns the mistakes of a scenario file into a failure that names all fields.
func explainScenario(err error) error {
	var all *file.Mistakes
	if !errors.As(err, &all) {
		return invalid("scenario", "%w", err)
	}
	var fields, texts []string
	for _, m := range all.List {
		field := "scenario"
		for part := range strings.SplitSeq(strings.TrimPrefix(m.Pointer, "/"), "/") {
			switch part = pointerNames.Replace(part); {
			case part == "":
			case strings.Trim(part, "0123456789") == "":
				field += "[" + part + "]"
			default:
				field += "." + part
			}
		}
		fields, texts = append(fields, field), append(texts, field+": "+m.Rule)
	}
	return invalid(fields[0], "%s", strings.TrimPrefix(strings.Join(texts, "; "), fields[0]+": "))
}

// pointerNames undoes what JSON pointers do to names.
var pointerNames = strings.NewReplacer("~1", "/", "~0", "~")

func unknown(format string, args ...any) failure {
	return failure{http.StatusNotFound, "not_found", "", fmt.Errorf(format, args...)}
}

func tooLarge(field, format string, args ...any) error {
	return failure{http.StatusRequestEntityTooLarge, "too_large", field, fmt.Errorf(format, args...)}
}

func busy(format string, args ...any) error {
	return failure{http.StatusServiceUnavailable, "busy", "", fmt.Errorf(format, args...)}
}

func forbidden(format string, args ...any) error {
	return failure{http.StatusForbidden, "forbidden", "", fmt.Errorf(format, args...)}
}

// errOver answers those who act in an episode that has ended.
var errOver = failure{http.StatusConflict, "over", "", errors.New("the episode is over, and the environment must be reset")}

// broken is the answer to a client when the program itself fails at its request.
func broken(cause any) failure {
	return failure{http.StatusInternalServerError, "internal", "", fmt.Errorf("the server failed at this request, which is a fault of its own, and goes on: %v", cause)}
}

// classify finds out what kind an error is. One of which nothing is known comes from
// a model, the engine or a sampler that was asked for what it cannot do.
func classify(err error, limits *Limits) failure {
	var f failure
	var setting *plan.SettingError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &large):
		return failure{http.StatusRequestEntityTooLarge, "too_large", "", fmt.Errorf("request of more than %d bytes", large.Limit)}
	case errors.As(err, &setting):
		return failure{http.StatusBadRequest, "invalid", settingField(setting.Name), errors.New(setting.Rule)}
	case errors.Is(err, context.DeadlineExceeded):
		return failure{http.StatusServiceUnavailable, "timeout", "", fmt.Errorf("not done within %v", limits.Time)}
	case errors.Is(err, context.Canceled):
		return failure{http.StatusServiceUnavailable, "ending", "", errors.New("the server is ending, and the request was not done")}
	}
	return failure{http.StatusUnprocessableEntity, "impossible", "", err}
}

// errorAnswer is the JSON of every error.
type errorAnswer struct {
	Error errorText `json:"error"`
}

type errorText struct {
	Code    string `json:"code"`
	Field   string `json:"field,omitempty"` // of the request
	Message string `json:"message"`
}
