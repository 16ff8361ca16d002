package screen

import (
	"fmt"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/session"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// Folder is files that are to be kept together where the user finds them.
type Folder struct {
	Name  string
	Files map[string][]byte // contents by names
}

// TakeFolders returns the folders to be kept, each once.
func (s *Screen) TakeFolders() []Folder {
	folders := s.folders
	s.folders = nil
	return folders
}

// keepLearned asks for the model that was learned to be kept as a model directory.
func (s *Screen) keepLearned() {
	files := s.Session.LearnedFiles()
	if files == nil {
		s.Session.Notify("nothing is learned yet: L learns what is on the stage")
		return
	}
	s.folders = append(s.folders, Folder{"learned-" + fileName(s.Session.Lesson().Subject), files})
}

// fileName returns a name with nothing in it that a file may not have.
func fileName(name string) string {
	out := []rune(name)
	for i, c := range out {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			out[i] = '-'
		}
	}
	if len(out) == 0 {
		return "scene"
	}
	return string(out[:min(len(out), 40)])
}

// lessonWord is what the button of L says.
func (s *Screen) lessonWord() string {
	switch v := s.Session.Lesson(); {
	case v.On:
		return "stop learning"
	case s.Session.LessonGoesOn():
		return "go on learning"
	}
	return "learn this scene"
}

// lessonSection has what there is to do and to know about learning here.
func (s *Screen) lessonSection(k *stack) {
	if !s.Session.CanLearn() {
		return
	}
	k.heading("LEARN")
	v := s.Session.Lesson()
	k.grid(1, choice{s.lessonWord(), v.On, s.Session.Learn})
	s.wrongSection(k)
	if v.Subject == "" {
		if s.unknown() {
			k.text("no trained model fits this scene")
		}
		return
	}
	if len(v.Reports) == 0 {
		if v.On {
			k.text("making the first episodes of " + v.Subject)
		}
		return
	}
	r := v.Reports[len(v.Reports)-1]
	k.text(fmt.Sprintf("%s: %d episodes, %.0f s", v.Subject, r.Episodes, r.Seconds))
	for i, seconds := range lesson.Horizons {
		if r.Errors[i] >= 0 {
			k.text(fmt.Sprintf("error at %g s: %s, free flight %s", seconds, formatError(r.Errors[i]), formatError(r.Ballistic[i])))
		}
	}
	k.grid(1, choice{"keep the model", false, s.keepLearned})
}

// wrongSection looks for scenes that the chosen model predicts badly, shows them, and has them learned.
func (s *Screen) wrongSection(k *stack) {
	found, done := s.Session.Wrong()
	word := "where is it wrong?"
	if done > 0 && done < 1 {
		word = fmt.Sprintf("looking for mistakes: %.0f %%", 100*done)
	}
	k.grid(1, choice{word, false, s.Session.SeekWrong})
	if done < 1 {
		return
	}
	if len(found) == 0 {
		k.text("no mistake is found")
		return
	}
	var choices []choice
	for _, w := range found {
		choices = append(choices, choice{w.Label + ": " + formatError(w.Error), s.Session.Scene() == w.Scene, func() { s.Session.ShowWrong(w) }})
	}
	k.grid(2, choices...)
	k.grid(1, choice{"learn from these", false, s.Session.LearnWrong})
}

// unknown reports whether no trained model fits the scene, so that free flight guesses.
func (s *Screen) unknown() bool {
	models, chosen := s.Session.Models()
	return len(models) > 0 && s.Session.Follows() && !models[chosen].Trained() && !s.Session.Planning()
}

// showsLesson reports whether a lesson is to be plotted.
func (s *Screen) showsLesson() bool {
	v := s.Session.Lesson()
	models, chosen := s.Session.Models()
	return v.On || len(v.Reports) > 0 && len(models) > 0 && models[chosen].Name == session.Learned
}

// drawLesson draws how a lesson goes: errors against episodes and, where there is room, the loss.
func (s *Screen) drawLesson(l *render.List, v session.LessonView) {
	part := s.places.plot
	if len(v.Reports) == 0 {
		s.drawNote(l, "learning "+v.Subject+": the first episodes are made")
		return
	}
	t := s.theme
	episodes := make([]float64, len(v.Reports))
	column := func(of func(r *lesson.Report) float64) []float64 {
		out := make([]float64, len(v.Reports))
		for i := range v.Reports {
			out[i] = of(&v.Reports[i])
		}
		return out
	}
	for i := range v.Reports {
		episodes[i] = float64(v.Reports[i].Episodes)
	}
	chart := plot.Chart{List: l, Theme: t, Unit: s.unit, Title: v.Subject + ": mean error of episodes held out",
		X: plot.Axis{Name: "episodes seen"}, Y: plot.Axis{Unit: "m", Decades: true}}
	dashes := []float64{3, 0, 8}
	for i, seconds := range lesson.Horizons {
		name := fmt.Sprintf("%g s", seconds)
		chart.Curves = append(chart.Curves, plot.Curve{
			Name: name, X: episodes, Y: column(func(r *lesson.Report) float64 { return r.Errors[i] }), Colour: t.Predicted, Dash: dashes[i],
		})
	}
	middle := len(lesson.Horizons) / 2
	chart.Curves = append(chart.Curves,
		plot.Curve{Name: "free flight, " + chart.Curves[middle].Name, X: episodes, Y: column(func(r *lesson.Report) float64 { return r.Ballistic[middle] }), Colour: t.Muted, Faint: true},
		plot.Curve{Name: "equivalent, " + chart.Curves[middle].Name, X: episodes, Y: column(func(r *lesson.Report) float64 { return r.Equal[middle] }), Colour: t.True, Dash: 5})
	if float64(part.Dx()) > widePlot*s.unit {
		right := part
		right.Min.X = part.Min.X + part.Dx()*3/5 + s.px(8)
		part.Max.X = right.Min.X - s.px(24)
		loss := chart
		loss.Title, loss.Y.Unit = "loss", ""
		loss.Curves = []plot.Curve{{X: episodes, Y: column(func(r *lesson.Report) float64 { return r.Loss }), Colour: t.Error}}
		loss.Draw(right)
	}
	chart.Draw(part)
}
