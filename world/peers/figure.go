package main

import (
	"fmt"
	"io"
	"math"

	"orrery/world/flight"
)

// panel shows one impact as a source with an order of steps goes through it.
type panel struct {
	title, remark string
	order         flight.Order
	skin          float64 // m
	impacts       bool
}

var panels = []panel{
	{title: "Chipmunk", remark: "moves, then turns: overlaps for a frame", order: flight.EngineOrder},
	{title: "matter.js", remark: "moves, pushes out, then turns", order: flight.MoveFirst},
	{title: "Box2D, slow", remark: "turns when the skins touch, then moves", order: flight.SolveFirst, skin: 0.02},
	{title: "exact", remark: "turns within a frame", order: flight.EvenForce, impacts: true},
}

// The ball of the figure, in metres and seconds.
const (
	figureRadius = 0.03
	figureFrame  = 1.0 / 60
	figureStart  = 0.118 // height
	figureSpeed  = -1.5  // m/s
	figureAside  = 0.068 // m between two pictures of it
	figureFrames = 6
	figureBounce = 0.8
)

// heights returns where the ball is at each frame.
func (p *panel) heights() []float64 {
	y, v := figureStart, figureSpeed
	out := []float64{y}
	for range figureFrames {
		for _, phase := range p.order.Phases() {
			switch gap := y - figureRadius - p.skin; phase {
			case flight.Solve:
				if gap <= 0 && v < 0 {
					v *= -figureBounce
				}
			case flight.Move:
				if way := v * figureFrame; p.impacts && gap > 0 && gap+way < 0 {
					y, v = figureRadius-(gap+way)*figureBounce, -figureBounce*v
				} else {
					y += way
				}
			case flight.Correct:
				if gap < 0 && p.order == flight.MoveFirst {
					y -= gap / 2
				}
			}
		}
		out = append(out, y)
	}
	return out
}

// writeFigure draws the panels as SVG, without gravity, which is nothing in so short a time.
func writeFigure(out io.Writer) error {
	const scale, width, height, floor = 500.0, 260, 150, 130 // pixels a metre, pixels of a panel
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", 2*width, 2*height)
	fmt.Fprintf(out, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", 2*width, 2*height)
	for i := range panels {
		p := &panels[i]
		fmt.Fprintf(out, `<g transform="translate(%d %d)"><text x="8" y="16" font-weight="bold">%s</text><text x="8" y="31" fill="#555">%s</text>`+"\n", i%2*width, i/2*height, p.title, p.remark)
		if p.skin > 0 {
			fmt.Fprintf(out, `<rect x="8" y="%.1f" width="%d" height="%.1f" fill="#fde2c4"/>`+"\n", floor-scale*p.skin, width-16, scale*p.skin)
		}
		fmt.Fprintf(out, `<path d="M8 %d H%d" stroke="#222" stroke-width="2"/>`+"\n", floor, width-8)
		was := math.Inf(1)
		for k, y := range p.heights() {
			fill := "#cfe0f5"
			if y > was {
				fill = "#3b78c2" // on its way up
			}
			fmt.Fprintf(out, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s" fill-opacity="0.8" stroke="#1d3f6b"/>`+"\n", 28+scale*figureAside*float64(k), floor-scale*y, scale*figureRadius, fill)
			was = y
		}
		fmt.Fprintln(out, "</g>")
	}
	_, err := fmt.Fprintln(out, "</svg>")
	return err
}
