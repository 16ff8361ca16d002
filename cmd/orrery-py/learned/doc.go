// Package learned has the methods with which other languages predict and plan with models.
//
// Rollouts of many scenes, states and actions are one call: the arrays are read and written where they are, by all
// cores. A planner is a thing that stays, and so is warm from one action to the next.
//
// States are in the units of package sim. Actions are in those of the actuators where scenes are predicted, and in the
// task's where a planner acts.
package learned
