package report

import (
	"slices"

	"orrery/world/eval"
)

// Metric defines one value of metrics.json.
type Metric struct {
	Key     string // in metrics.json
	Name    string
	Unit    string
	Formula string
	Meaning string
}

// glossaryOf returns what a page of a result needs of the Glossary: one of a table of impacts has few of its values.
func glossaryOf(r *eval.Result) []Metric {
	all := Glossary()
	if !r.OfImpacts() {
		return all
	}
	return slices.DeleteFunc(all, func(m Metric) bool {
		return !slices.Contains([]string{"impact", "params", "train_s", "lo95", "failures"}, m.Key)
	})
}

// Glossary returns the definition of every value of a Row. In the formulas x is
// a true position, x̂ a predicted one, θ an angle, v a velocity, ω a spin, m a
// mass, I a moment, p = Σ m·v; i runs over the dynamic bodies of a scene, e over
// episodes, k over frames of length Δt.
func Glossary() []Metric {
	return []Metric{
		{
			"position_m", "position error", "m", "d(t) = meanᵢ |x̂ᵢ(t) − xᵢ(t)|",
			"How far the dynamic bodies are from where they should be at the horizon t. Of motion that was observed x is what was measured of the bodies that were seen, at the time of the measurement, and the row measured shows how far the measurements are from the estimates made of all of them: no error falls below that. The mean and the median are taken over episodes; lo95 and hi95 are the 2.5 % and 97.5 % points of the mean when episodes are drawn anew with replacement (percentile bootstrap). From the frame on at which a prediction fails, its error is the size of the arena.",
		},
		{
			"angle_rad", "angle error", "rad", "meanᵢ |wrap(θ̂ᵢ(t) − θᵢ(t))|",
			"The same for angles. They are continuous, and wrap takes the difference to the nearest half turn, −π to π, so a body that is a full turn off counts as right. After a failure it is π. Where angles were not measured the lists are empty.",
		},
		{
			"one_step_m", "one-step error", "m", "meanₑ,ₖ d of x̂(k+1) predicted from the true state k",
			"The position error after a single frame, started from every true frame in turn.",
		},
		{
			"epsilon_m", "equivalent measurement error", "m", "ε with mean d of engine(x(0) + ε·u) = mean d of the model",
			"How well the start would have to be known for the engine itself to be as wrong as the model at that horizon. The engine is run with every dynamic body displaced by ε in a random direction u, for the ε of the rows truth+ε and one decade below and above. Between them log error is linear in log ε; beyond them error is proportional to ε, the table says < or >, and metrics.json stays within 10⁻⁶ to 1 m.",
		},
		{
			"horizon_s", "predictability horizon", "s", "first t with meanₑ d(t)/A > 5 %",
			"How long the prediction says where things are. A is the size of the arena: the longer side of the box of the walls' vertices or, without walls, of all places the bodies truly come to. A horizon equal to the last frame compared was not reached, and is marked ≥.",
		},
		{
			"penetration_m", "overlap", "m", "meanₑ maxₖ max(0, −gap)",
			"The deepest overlap of two shapes in a prediction, after its start, averaged over episodes. The engine overlaps too: compare with its rows.",
		},
		{
			"penetration_max_m", "deepest overlap", "m", "maxₑ maxₖ max(0, −gap)",
			"The deepest overlap of all episodes.",
		},
		{
			"momentum_drift", "momentum drift", "1/s", "meanₖ |p̂(k+1) − F(p̂(k))| / (Σ m|v̂(k)|) / Δt",
			"How fast momentum appears from nowhere, as a share of what there is. F is what gravity and damping make of the momentum in a frame. Only frames at whose ends no body is near a wall or a kinematic body count; scenes with a joint to the world have none.",
		},
		{
			"energy_error", "energy error", "share", "meanₑ |Ê(t) − E(t)| / E(0), at the last horizon up to 1 s",
			"E is ½Σ(m·v² + I·ω²) plus the potential energy above the lowest corner of the arena.",
		},
		{
			"scaled_mse", "scaled squared error", "", "mean over x, y, vx, vy of (2(ẑ − z)/range)²",
			"The mean squared error after 1, 10 and 20 frames when positions and velocities are each scaled to −1…1, as in tables of relational models (Kipf et al. 2018). The range is the greatest less the least coordinate, both axes together, of all dynamic bodies over all frames of these episodes: a set as large as the training data has the same range but for chance. A prediction that failed counts as 4.",
		},
		{
			"impact", "errors after impacts", "m/s, rad/s", "mean |v̂ − v| and mean |ω̂ − ω| right after an impact",
			"Of a table of impacts each row counts, and gain_share is the share of predicted impacts after which there is more energy than before. In motion velocity_m_s and spin_rad_s are one-step errors of the frames in which a body hits one thing and nothing else is near, the same for all models, and impacts says how many there were; they are absent when there was none. Of motion that was observed v and ω are estimates, and the row measured has the error that they are expected to have; an impact that a model has a frame too early or too late counts with the whole change of the velocity. Scenes with joints, fields or actuators have none.",
		},
		{
			"lo95", "lower ends of intervals", "", "2.5 % point of the mean when episodes are drawn anew",
			"Beside single means, as in impact, stack, sources and calibration too, stands an object lo95 with the lower ends of their 95 % bootstrap intervals under the same keys. Each episode counts by the number of its bodies, frames or impacts. Of a table of impacts each impact is an episode.",
		},
		{
			"hi95", "upper ends of intervals", "", "97.5 % point of the mean when episodes are drawn anew", "The same with the upper ends.",
		},
		{
			"stack", "how stacks stand", "m, m/s", "meanₑ max(0, −gap) and mean |x̂(k+1) − x̂(k)|/Δt, at the last horizon up to 1 s",
			"penetration_m and penetration_max_m are the deepest overlap at that moment, its mean over episodes and its greatest. rest_drift is the mean predicted speed, over the 0.1 s before, of the bodies that truly rest: those no point of which truly moved faster than 1 mm/s in that time. true_stack is the same of what truly happened, and resting the share of bodies at rest.",
		},
		{
			"sources", "where the error comes from", "m, m/s", "mean |x̂ᵢ − xᵢ| and |v̂ᵢ − vᵢ| one frame after the truth, by motion",
			"What each kind of motion contributes to the error of a single frame. A body bounces when, at a contact at the end of the frame, it came on faster than gravity brings about in two frames and 2 cm/s more; it slides when the touching points then move along each other faster than 1 cm/s; it rests, or rolls, when it touches and does neither; otherwise it flies freely, though joints, fields and actuators may act on it. Where several apply, a bounce counts before sliding and sliding before resting. share is of all frames of all dynamic bodies.",
		},
		{
			"calibration", "calibration", "m", "share of xᵢ in the ellipse about x̂ᵢ for p",
			"For models that say how uncertain they are: the share of bodies that truly lie within the ellipse that ought to hold a share p of them, per horizon. True positions are taken to lie anywhere in what a number of 32 bits rounds to them, or else a model that is more exact than the data could not be judged. Of motion that was observed the ellipses are widened by the noise of each measurement. radius_m is the mean radius of the discs with the area of the ellipses, per horizon and level, and stretch the mean of their length over their width. sigma_m is the mean standard deviation along an axis, error_m the mean position error. The smaller the radius is at honest coverage, the more the model knows.",
		},
		{
			"params", "parameters", "", "number of trained values",
			"The size of the model. Of predictions that were read from a file neither this is known nor the times of training and of a step and, where they have no velocities, nothing that needs these: energy, momentum, impacts and the scaled error.",
		},
		{
			"train_s", "training time", "s", "wall-clock time", "What the model cost to train on the machine that trained it.",
		},
		{
			"us_per_step", "time per step", "µs", "wall-clock time / (scenes · frames)",
			"What a frame of one scene costs on one core, in a rollout of up to 16 scenes together; for the engine, one after the other with loading. The only value that differs from run to run.",
		},
		{
			"perturbation_m", "perturbation", "m", "ε", "By how much the start of the engine was off, in the rows truth+ε.",
		},
		{
			"escapes", "what cannot be right", "", "rollouts by the first thing that is wrong",
			"The episodes in which a value is not finite, or the centre of a dynamic body goes through a wall, leaves the arena by more than its own length, or reaches 10 times the greatest speed or angular speed of the model's training data. The arena is the box around walls, starts and all places where bodies truly are. Left out when there are none. worst is the episode that goes furthest wrong: farthest_m is how far beyond the arena a body comes, fastest_m_s the greatest speed.",
		},
		{
			"failures", "failures", "", "episode, scene, frame, reason", "The episodes in which the model gave up or predicted a value that is not finite.",
		},
	}
}
