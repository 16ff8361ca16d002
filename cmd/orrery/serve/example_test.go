package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"

	"orrery/cmd/orrery/serve"
)

// Example runs a server without models and balances a pole in it, as a program
// elsewhere would that knows nothing but the address.
func Example() {
	server, err := serve.New(serve.Config{Limits: serve.DefaultLimits()})
	if err != nil {
		fmt.Println(err)
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- server.Run(ctx, listener) }()

	if err := balance("http://" + listener.Addr().String() + "/v1/environments"); err != nil {
		fmt.Println(err)
	}
	stop()
	fmt.Println("the server ended with", <-ended)
	// Output:
	// [x vx cos sin omega]
	// 300 steps, success 1
	// the server ended with <nil>
}

// balance acts in an environment that it creates and removes.
func balance(environments string) error {
	var env struct {
		ID          string
		Names       []string
		Observation []float64
	}
	if err := post(environments, map[string]any{"scenario": "cartpole", "seed": 7}, &env); err != nil {
		return err
	}
	fmt.Println(env.Names)
	var now struct {
		Observation           []float64
		Terminated, Truncated bool
		Info                  map[string]float64
	}
	now.Observation = env.Observation
	steps := 0
	for ; !now.Terminated && !now.Truncated; steps++ {
		x, vx, sin, omega := now.Observation[0], now.Observation[1], now.Observation[3], now.Observation[4]
		push := 4*x + 5.5*vx - 45*sin - 11.5*omega
		if err := post(environments+"/"+env.ID+"/step", map[string]any{"action": []float64{push}}, &now); err != nil {
			return err
		}
	}
	fmt.Printf("%d steps, success %v\n", steps, now.Info["success"])
	request, err := http.NewRequest(http.MethodDelete, environments+"/"+env.ID, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// post sends a request as JSON and reads the answer.
func post(url string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	response, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
