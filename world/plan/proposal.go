package plan

import "orrery/sim"

// Propose lets every search begin at the best of Config.Proposals plans: the one at
// hand, and what policies would do in the model, each asked once a decision. A policy
// that cannot reach a goal may still know how to get round an obstacle, which normal
// distributions only find by chance. Policies come from start, which is called in
// order from the goroutine of Act; they may be followed by different goroutines.
func (c *Controller) Propose(start func() sim.Policy) {
	policies := make([]sim.Policy, c.config.Proposals)
	c.planner.propose = func(costs, plans []float64) error {
		for k := range policies[1:] {
			policies[k+1] = start()
		}
		return c.rollouts.evaluate(costs, plans, policies)
	}
}

// consider moves the mean to the best proposal.
func (p *Planner) consider() error {
	if p.propose == nil || p.config.Proposals == 0 {
		return nil
	}
	copy(p.plans, p.mean)
	if err := p.judge(p.propose, p.config.Proposals); err != nil {
		return err
	}
	copy(p.mean, p.best)
	p.kept = min(p.config.Elites, 1)
	copy(p.elites, p.best[:p.kept*len(p.best)])
	return nil
}

// follow lets plans decide what their policies do in the states they have led to.
// A plan without a policy stays as it is.
func (r *Rollouts) follow(l *lane, plans []float64, policies []sim.Policy, frame int) {
	n, a, decision := len(r.scene.Bodies), len(r.scene.Actuators), frame/r.config.Repeat
	size := r.config.Horizon * a
	for k, act := range policies {
		if act != nil {
			chosen := row(row(plans, k, size), decision, a)
			copy(chosen, act(decision, row(l.states, k, n)))
			r.scene.Clip(chosen)
		}
	}
}
