package serve

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"orrery/world"
	"orrery/world/plan"
)

// Config is what a server has to offer.
type Config struct {
	Models    map[string]world.Model // by name
	Scenarios any                    // what is answered, as JSON, to those who ask which there are

	// Settings returns how a planner plans a task, the task's own planner if it has
	// no name, with the settings in tune changed.
	Settings func(task, planner string, tune map[string]float64) (plan.Config, error)

	Limits Limits
}

// Server answers requests. It is safe for concurrent use.
type Server struct {
	config  Config
	routes  []route
	handler http.Handler
	slots   chan struct{} // one for each request on which models work

	mu           sync.Mutex
	environments map[string]*hosted

	connections atomic.Int64
}

// New returns a server without environments.
func New(config Config) (*Server, error) {
	if err := config.Limits.Validate(); err != nil {
		return nil, err
	}
	s := &Server{config: config, slots: make(chan struct{}, config.Limits.Workers), environments: map[string]*hosted{}}
	s.routes = s.allRoutes()
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, forbidden("pages of other origins are not answered"))
	}))
	s.handler = protection.Handler(s.mux())
	return s, nil
}

// ServeHTTP answers one request, whoever it comes from.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Run answers requests until the context ends, then lets those that are running
// finish, and closes the listener. On loopback it answers to loopback's names alone,
// lest a page in a browser reach it under a name of its own.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	limits := &s.config.Limits
	handler := http.Handler(s)
	if address, ok := listener.Addr().(*net.TCPAddr); ok && address.IP.IsLoopback() {
		handler = http.HandlerFunc(s.serveLoopback)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       limits.Time,
		WriteTimeout:      3 * limits.Time, // to read, to work, and to write
		IdleTimeout:       limits.Idle,
		MaxHeaderBytes:    16 << 10,
		ConnState:         s.countConnections,
	}
	defer s.removeAll()
	ended := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		patience, cancel := context.WithTimeout(context.Background(), 3*limits.Time)
		defer cancel()
		ended <- server.Shutdown(patience)
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return err
	}
	return <-ended
}

// countConnections closes those that are too many.
func (s *Server) countConnections(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if s.connections.Add(1) > int64(s.config.Limits.Connections) {
			conn.Close()
		}
	case http.StateClosed:
		s.connections.Add(-1)
	}
}

func (s *Server) serveLoopback(w http.ResponseWriter, r *http.Request) {
	name := r.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	if ip := net.ParseIP(strings.Trim(name, "[]")); name != "localhost" && (ip == nil || !ip.IsLoopback()) {
		s.fail(w, forbidden("host %.40q must be localhost or its address", name))
		return
	}
	s.ServeHTTP(w, r)
}

// compute lets a model work as soon as there is a free slot.
func (s *Server) compute(ctx context.Context, work func() error) error {
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.slots }()
	if err := s.config.Limits.checkMemory(); err != nil {
		return err
	}
	return work()
}
