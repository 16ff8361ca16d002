package serve

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orrery/sim"
	"orrery/sim/canon"
)

func TestLimitsHold(t *testing.T) {
	var frames atomic.Int64
	s := newServer(t, withSlow(&frames, func(l *Limits) {
		l.Bytes, l.Bodies, l.Frames, l.States, l.Samples, l.Environments = 20_000, 4, 40, 300, 50, 2
	}))
	c := dial(t, s)
	about := c.create("pusht", 1)
	c.create("pusht", 1)
	c.wants("POST", "/v1/environments", `{"scenario": "pusht"}`, 503, "busy", "there are 2, at most 2")
	if status, _ := c.raw("DELETE", "/v1/environments/"+about.ID, ""); status != http.StatusNoContent {
		t.Fatal("could not be deleted")
	}
	about = c.create("pusht", 1)

	of := `"environment": "` + about.ID + `"`
	plan := "/v1/environments/" + about.ID + "/plan"
	c.wants("POST", "/v1/environments", strings.Repeat(" ", 20_001), 413, "too_large", "more than 20000 bytes")
	c.wants("POST", "/v1/rollout", `{"model": "drift", "frames": 41, `+of+`}`, 413, "too_large", "frames 41 must be at most 40")
	starts := strings.Repeat(`[[0,0,0,0,0,0],[1,1,0,0,0,0]],`, 6)
	c.wants("POST", "/v1/rollout", `{"model": "drift", "frames": 40, "starts": [`+starts[:len(starts)-1]+`], `+of+`}`, 413, "too_large", "states 492 must be at most 300")
	c.wants("POST", plan, `{"model": "drift", "settings": {"samples": 51}}`, 413, "too_large", "samples 51 must be at most 50")
	c.wants("POST", plan, `{"model": "drift", "settings": {"horizon": 21}}`, 413, "too_large", "frames of a plan 42 must be at most 40")
	limit := s.config.Limits.Time
	for s.config.Limits.Time = 200 * time.Millisecond; frames.Load() == 0 && s.config.Limits.Time < limit; s.config.Limits.Time *= 2 {
		c.wants("POST", plan, `{"model": "slow", "settings": {"horizon": 20}}`, 503, "timeout", "not done within "+s.config.Limits.Time.String())
	}
	if frames.Load() == 0 {
		t.Error("the slow model was not asked")
	}
	s.config.Limits.Time = limit
	big := post[*sim.Scene](c, "/v1/scenes", sceneRequest{Scenario: named("billiards"), Values: map[string]float64{"bodies": 5}})
	raw, err := canon.Encode(big)
	if err != nil {
		t.Fatal(err)
	}
	c.wants("POST", "/v1/predict", `{"model": "fall", "scene": `+string(raw)+`}`, 413, "too_large", "bodies 5 must be at most 4")
}

func TestMemoryIsLimited(t *testing.T) {
	s := newServer(t, nil)
	c := dial(t, s)
	about := c.create("pusht", 1)
	s.config.Limits.Memory = 1
	c.wants("POST", "/v1/environments", `{"scenario": "pusht"}`, 503, "busy", "memory: ")
	c.wants("POST", "/v1/environments/"+about.ID+"/plan", `{"model": "drift"}`, 503, "busy", "memory: ")
	post[stepAnswer](c, "/v1/environments/"+about.ID+"/step", stepRequest{[]float64{0, 0}})
}

func TestConnectionsAreLimited(t *testing.T) {
	c := dial(t, newServer(t, func(config *Config) { config.Limits.Connections = 2 }))
	address := strings.TrimPrefix(c.base, "http://")
	var held []net.Conn
	for range 2 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		held = append(held, conn)
	}
	for _, conn := range held { // by now the server knows both
		fmt.Fprint(conn, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n")
		if response, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("a connection within the limit: %v", err)
		}
	}
	third, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	if err := third.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := third.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the third connection stays open: %v", err)
	}
	held[0].Close()
	waitFor(t, "room for a connection", func() bool {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return false
		}
		defer conn.Close()
		fmt.Fprint(conn, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n")
		_, err = http.ReadResponse(bufio.NewReader(conn), nil)
		return err == nil
	})
}
