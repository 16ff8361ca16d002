package serve

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/plan"
)

// Config says what a server offers.
type Config struct {
	Models    map[string]world.Model // by name
	Scenarios any                    // what is answered, as JSON, to those who ask which there are

	// Settings returns how a planner plans a task, the task's own planner if it has
	// no name, with the settings in tune changed.
	Settings func(of *scenario.Scenario, planner string, tune map[string]float64) (plan.Config, error)

	Record string // directory for the datasets of what is done in environments, or empty

	Limits Limits
	Token  string    // that every request must bring as "Authorization: Bearer …", or empty; see ReadToken
	Log    io.Writer // gets a line for each fault of the server itself, or nil
}

// Server answers requests. It is safe for concurrent use.
type Server struct {
	config   Config
	routes   []route
	document []byte // openapi.yaml with the limits
	handler  http.Handler
	slots    chan struct{} // one for each request on which models work
	log      *log.Logger
	grace    time.Duration // that running requests have when the server is to end

	mu           sync.Mutex
	environments map[string]*hosted

	recordings recordings

	connections atomic.Int64
}

// grace is the time for which running requests may go on when the server is to end. What is left
// of the second within which a program must end is for stopping them.
const grace = 400 * time.Millisecond

// New returns a server without environments.
func New(config Config) (*Server, error) {
	if err := config.Limits.Validate(); err != nil {
		return nil, err
	}
	s := &Server{config: config, slots: make(chan struct{}, config.Limits.Workers), environments: map[string]*hosted{}, grace: grace}
	if config.Log == nil {
		config.Log = io.Discard
	}
	s.log = log.New(config.Log, "serve: ", 0)
	s.recordings = recordings{dir: config.Record, log: s.log.Printf, time: closeTime, open: map[string]*recording{}}
	var err error
	if s.document, err = describeAPI(config.Limits); err != nil {
		return nil, err
	}
	s.routes = s.allRoutes()
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, forbidden("pages of other origins are not answered"))
	}))
	s.handler = s.demandToken(protection.Handler(s.mux()))
	return s, nil
}

// ServeHTTP answers one request of whoever has the token. A fault of the server itself
// is an answer too, and the server goes on.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		switch cause := recover(); cause {
		case nil:
		case http.ErrAbortHandler:
			panic(cause) // the client is told by a closed connection
		default:
			s.log.Printf("%s %.80s failed: %v", r.Method, r.URL.Path, cause)
			s.fail(w, broken(cause))
		}
	}()
	s.handler.ServeHTTP(w, r)
}

// Run answers requests until the context ends, and closes the listener. Requests that
// are running then have a moment to finish and are stopped after it, so that Run returns
// within a second. On loopback without a token it answers to loopback's names alone,
// lest a page in a browser reach it under a name of its own.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	handler := http.Handler(s)
	if address, ok := listener.Addr().(*net.TCPAddr); ok && address.IP.IsLoopback() && s.config.Token == "" {
		handler = http.HandlerFunc(s.serveLoopback)
	}
	requests, stopRequests := context.WithCancel(context.Background())
	defer stopRequests()
	server := s.bounded(handler)
	server.BaseContext = func(net.Listener) context.Context { return requests }
	defer s.recordings.close()
	defer s.removeAll()
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		if shutdownWithin(server, s.grace) == nil {
			return
		}
		stopRequests()
		if shutdownWithin(server, grace/2) != nil {
			_ = server.Close() // whoever does not heed its context is left behind
		}
	})
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return err
	}
	<-ended
	return nil
}

// bounded returns a server of the handler that gives nobody more than the limits.
func (s *Server) bounded(handler http.Handler) *http.Server {
	limits := &s.config.Limits
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       limits.Time,
		WriteTimeout:      3 * limits.Time, // to read, to work, and to write
		IdleTimeout:       limits.Idle,
		MaxHeaderBytes:    16 << 10,
		ConnState:         s.countConnections,
		ErrorLog:          s.log,
	}
}

// shutdownWithin lets running requests finish, or returns an error when they take longer.
func shutdownWithin(server *http.Server, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return server.Shutdown(ctx)
}

// countConnections closes connections beyond the limit.
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
