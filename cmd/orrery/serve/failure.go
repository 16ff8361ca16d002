package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// failure is an error with the status and the code that tell a client what kind it is.
type failure struct {
	status int
	code   string
	error
}

func (f failure) Unwrap() error { return f.error }

func invalid(format string, args ...any) error {
	return failure{http.StatusBadRequest, "invalid", fmt.Errorf(format, args...)}
}

func unknown(format string, args ...any) error {
	return failure{http.StatusNotFound, "not_found", fmt.Errorf(format, args...)}
}

func tooLarge(format string, args ...any) error {
	return failure{http.StatusRequestEntityTooLarge, "too_large", fmt.Errorf(format, args...)}
}

func busy(format string, args ...any) error {
	return failure{http.StatusServiceUnavailable, "busy", fmt.Errorf(format, args...)}
}

func forbidden(format string, args ...any) error {
	return failure{http.StatusForbidden, "forbidden", fmt.Errorf(format, args...)}
}

// errOver answers those who act in an episode that has ended.
var errOver = failure{http.StatusConflict, "over", errors.New("the episode is over, and the environment must be reset")}

// classify finds out what kind an error is. One of which nothing is known comes from
// a model, the engine or a sampler that was asked for what it cannot do.
func classify(err error, limits *Limits) failure {
	var f failure
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &large):
		return failure{http.StatusRequestEntityTooLarge, "too_large", fmt.Errorf("request of more than %d bytes", large.Limit)}
	case errors.Is(err, context.DeadlineExceeded):
		return failure{http.StatusServiceUnavailable, "timeout", fmt.Errorf("not done within %v", limits.Time)}
	}
	return failure{http.StatusUnprocessableEntity, "impossible", err}
}

// errorAnswer is the JSON of every error.
type errorAnswer struct {
	Error errorText `json:"error"`
}

type errorText struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}
