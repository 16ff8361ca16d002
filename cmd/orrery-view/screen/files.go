package screen

import (
	"bytes"
	"cmp"
	"fmt"
	"image/png"
	"path/filepath"
	"strings"
	"time"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/filming"
	"orrery/cmd/orrery-view/keep"
	"orrery/sim/drawing"
)

// Desk asks the user for files. Where it is nil, files are saved like all others, and opened by dropping them.
type Desk struct {
	AskOpen func()                                  // for a file, which comes by Screen.OpenText
	AskSave func(name string)                       // for where to save, which comes by Screen.SaveTo; nil where all is a download
	Write   func(path string, content []byte) error // replaces a file
	IsThere func(path string) bool                  // reports whether there is a file; or nil
}

// scenarioEnding ends the names of scenario files.
const scenarioEnding = ".scenario.json"

// svgScale is how many units of a drawing in SVG are taken for a metre; orrery import svg takes any other scale.
const svgScale = 100

// openFile asks for a file to edit.
func (s *Screen) openFile() {
	if s.Desk.AskOpen == nil {
		s.Session.Notify("drop the file here to open it")
		return
	}
	s.Desk.AskOpen()
}

// OpenText edits the text of a scenario file, a scene or a drawing in SVG. The path is that of the file, or empty where there is none
// that could be saved again.
func (s *Screen) OpenText(name, path string, text []byte) error {
	short := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(name), ".json"), ".scenario")
	if strings.EqualFold(filepath.Ext(name), ".svg") {
		short, path = strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)), ""
		read, err := drawing.Read(strings.NewReader(string(text)), drawing.Options{UnitsPerMetre: svgScale})
		if err != nil {
			return err
		}
		text = read.Scenario(short)
	}
	d, err := edit.Open(name, text)
	if err != nil {
		return err
	}
	d.Name = short
	if s.Keeper != nil {
		s.Keeper.Opened(d, path)
	}
	s.Edit(d)
	return nil
}

// saveFile saves what is drawn, as the file that it was or as another one.
func (s *Screen) saveFile(other bool) {
	d := s.Document()
	if d.Empty() {
		s.Session.Notify("there is no body yet: draw one, then it can be saved")
		return
	}
	name := fileName(d.Name) + scenarioEnding
	path := ""
	if s.Keeper != nil {
		path = s.Keeper.Path(d)
	}
	s.saving = d
	switch {
	case path != "" && !other && s.Desk.Write != nil:
		s.SaveTo(path)
	case s.Desk.AskSave != nil:
		s.Desk.AskSave(name)
	default:
		s.Save(name, d.Text())
		s.saved(d, "")
	}
}

// SaveTo saves as a file what was drawn when the user was asked where, or else what is drawn, in place of one that is there. An ending that
// the user has not chosen replaces none.
func (s *Screen) SaveTo(path string) {
	d := cmp.Or(s.saving, s.Document())
	if s.saving = nil; d == nil || s.Desk.Write == nil {
		return
	}
	if filepath.Ext(path) == "" {
		if path += scenarioEnding; s.Desk.IsThere != nil && s.Desk.IsThere(path) {
			s.Session.Notify(path + " is there already: to replace it, save under its whole name")
			return
		}
	}
	if err := s.Desk.Write(path, d.Text()); err != nil {
		s.check(err)
		return
	}
	d.Name = strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), ".json"), ".scenario")
	if d == s.Document() {
		s.saved(d, path)
	}
	s.Session.Notify("saved " + path)
}

func (s *Screen) saved(d *edit.Document, path string) {
	if s.Keeper != nil {
		s.check(s.Keeper.Saved(d, path))
	}
}

// keepWork saves what is drawn by itself.
func (s *Screen) keepWork() {
	if s.Keeper != nil && s.Document() != nil {
		s.check(s.Keeper.Tick(time.Now(), s.Document()))
	}
}

// Restore edits what was drawn last and was lost, if there is such a thing: that of a slot, or of any where it is empty.
func (s *Screen) Restore(slot string) bool {
	if s.Keeper == nil || s.touched {
		return false // whoever does something already would lose that
	}
	w, ok := s.Keeper.At(slot)
	if slot == "" {
		w, ok = s.Keeper.Lost()
	}
	if !ok {
		return false
	}
	d, err := s.openWork(w)
	if d == nil {
		s.check(err)
		return false
	}
	s.Edit(d)
	s.Session.Notify("here is " + w.Name + " again, as you left it")
	return true
}

// recentTicks is for how long a list of works is taken as it was.
const recentTicks = 60

// recent returns what was drawn before. It is looked up once a second.
func (s *Screen) recent() []keep.Work {
	if s.recentAt == 0 || s.ticks >= s.recentAt+recentTicks {
		s.recentWorks, s.recentAt = s.Keeper.Recent(), max(s.ticks, 1)
	}
	return s.recentWorks
}

// openWork opens what was kept, which is this program's own from now on.
func (s *Screen) openWork(w keep.Work) (*edit.Document, error) {
	d, err := edit.Open(w.Name, []byte(w.Text))
	if err != nil {
		return nil, err
	}
	d.Name = w.Name
	return d, s.Keeper.Adopt(w, d)
}

// record begins or ends a film.
func (s *Screen) record(p Press) {
	if s.recorder.Active() {
		s.endFilm()
		return
	}
	format := filming.GIF
	switch {
	case p.Shift:
		format = filming.APNG
	case p.Control:
		format = filming.MP4
	}
	s.check(s.recorder.Begin(format))
}

// endFilm ends the film that is being recorded and has it written.
func (s *Screen) endFilm() {
	if name := s.fileName(string(s.recorder.Format())); s.recorder.End(name, *s.theme) {
		s.Session.Notify("writing " + name)
	}
}

// Finish ends the film that is being recorded, and waits until the last one is written, as before the program ends.
func (s *Screen) Finish() {
	if s.recorder.Active() {
		s.endFilm()
	}
	for s.recorder.Busy() {
		time.Sleep(10 * time.Millisecond)
	}
}

// takeFilms returns the films that are ready, and tells of one that failed.
func (s *Screen) takeFilms() (files []File) {
	films, err := s.recorder.Take()
	s.check(err)
	for _, f := range films {
		files = append(files, File(f))
	}
	return files
}

// picture saves what is shown.
func (s *Screen) picture() {
	var out bytes.Buffer
	err := png.Encode(&out, s.bare().Image())
	if s.check(err); err == nil {
		s.files = append(s.files, File{s.fileName("png"), out.Bytes()})
	}
}

// fileName returns the name of a picture or a film of what is shown.
func (s *Screen) fileName(extension string) string {
	return fmt.Sprintf("orrery-%s-%d-%05d.%s", fileName(s.Session.Scene().Name), s.Session.Seed(), s.Session.Frame(), extension)
}
