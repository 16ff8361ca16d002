package screen

import (
	"image"
	"time"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/filming"
	"orrery/cmd/orrery-view/keep"
	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
)

// Look says what is drawn, apart from the bodies.
type Look struct {
	Ghost, Trails, Errors, Film, Contacts, Velocities, Numbers, Readings, Panel, Help bool
}

// Screen is the viewer's picture and its controls. See New.
type Screen struct {
	Session   *session.Session
	Look      Look
	Sources   []replay.Offer // to choose from for a replay
	Keeper    *keep.Keeper   // of what is drawn, or nil
	Desk      Desk
	Clipboard Clipboard
	LinkModel func()  // is Link with the model that predicts
	Link      func()  // copies the address of what is shown; nil where there is none
	FPS       float64 // pictures a second, as measured by the window

	theme  *render.Theme
	faint  render.Colour // of marks that are to be seen and no more
	width  int           // px
	height int
	unit   float64 // px
	places places
	sized  bool // once the size is that of a window

	fitted  *sim.Scene // whose bounds are these
	bounds  render.Bounds
	reached render.Bounds // what the bounds tend to
	zoom    float64       // 1 shows all
	pan     sim.Vec       // m, from the middle of the bounds

	typing      typing
	listed      string // what the panel lists in the edit mode: templates, recent or nothing
	recentWorks []keep.Work
	recentAt    int // tick at which they were looked up

	painter    render.Painter // which remembers outlines from picture to picture
	mouse      render.Point
	drag       drag
	lastKind   int                // of body that was spawned
	scroll     float64            // px, of the panel
	helpScroll float64            // px
	own        *scenario.Scenario // the last that was shown and is none of the library
	twoSticks  bool               // the right stick drives by itself
	touched    bool               // the hint has been understood
	ticks      int
	worried    worried
	choice     string // why this model predicts
	explain    int    // ticks for which that is still said
	idle       int    // ticks for which nothing has moved

	measured struct {
		of    *sim.Observation
		noise float64 // m; see Screen.noise
	}
	saving     *edit.Document // that the user wants to be saved, while a dialog asks where; or nil
	editor     editor
	pinch      pinch
	recorder   filming.Recorder
	files      []File
	folders    []Folder
	measuring  measuring
	episodes   episodeList
	fullscreen bool // is wanted to change
}

// New returns the screen of a session in the dark theme.
func New(s *session.Session) *Screen {
	theme, err := render.LoadTheme("dark")
	if err != nil {
		panic("screen: built-in " + err.Error())
	}
	screen := &Screen{
		Session: s, theme: theme, faint: faintOf(theme), zoom: 1,
		Look: Look{Ghost: true, Trails: true, Errors: true, Film: true, Readings: true, Panel: true},
	}
	screen.Resize(1280, 800, 1)
	screen.sized = false
	return screen
}

// SetTheme chooses a built-in theme.
func (s *Screen) SetTheme(name string) error {
	theme, err := render.LoadTheme(name)
	if err == nil {
		s.theme, s.faint = theme, faintOf(theme)
	}
	return err
}

// leastContrast is that of marks (WCAG 2.2 §1.4.11).
const leastContrast = 3.0

// faintOf returns the colour nearest to the grid's that can be told from what lies behind it.
func faintOf(t *render.Theme) (colour render.Colour) {
	for share := 0.0; share <= 1; share += 0.02 {
		colour = widget.Mix(t.Grid, t.Muted, share)
		if render.Contrast(colour, t.Background) >= leastContrast && render.Contrast(colour, t.Panel) >= leastContrast {
			break
		}
	}
	return colour
}

// Theme returns the name of the theme.
func (s *Screen) Theme() string { return s.theme.Name }

// Resize says how large the picture is in pixels, of which scale are one unit of the
// system.
func (s *Screen) Resize(width, height int, scale float64) {
	s.width, s.height = max(width, 1), max(height, 1)
	s.unit = unitOf(s.width, s.height, scale)
	if !s.sized && float64(s.width) < roomyWidth*s.unit {
		s.Look.Panel = false // there is a button for it
	}
	s.sized = true
	s.settle()
}

// settle brings what follows from the rest of the state up to date: where things
// are, and what the view shows of another scene.
func (s *Screen) settle() {
	s.places = s.arrange()
	if of, _ := s.Session.Scenario(); of != nil && of.Own {
		s.own = of
	}
	scene := s.Session.Scene()
	if scene == nil {
		return
	}
	if s.Editing() {
		s.settleEdit()
		return
	}
	if scene != s.fitted {
		if s.fitted == nil || scene.Name != s.fitted.Name {
			s.zoom, s.pan = 1, sim.Vec{}
		}
		s.fitted, s.bounds, s.reached = scene, render.SceneBounds(scene, nil), render.SceneBounds(scene, nil)
	}
	if picture, corners := s.Session.Film(); picture != nil && s.Look.Film {
		s.reached = s.reached.Union(render.Bounds{Min: corners[0], Max: corners[1]})
	}
	// What leaves the view widens it, gently. Bodies that press a little into a wall do
	// not leave it.
	wide := s.reached.Union(render.SceneBounds(scene, []sim.State{s.Session.State()}))
	if grown, size := wide.Size(), s.reached.Size(); grown.X > 1.03*size.X || grown.Y > 1.03*size.Y {
		s.reached = wide
	}
	s.bounds = s.bounds.Towards(s.reached, 0.1)
	if s.scroll != 0 || s.helpScroll != 0 {
		s.limitScroll()
	}
}

// limitScroll ends scrolling where there is no more to see, which may be earlier in
// another window or with another scene.
func (s *Screen) limitScroll() {
	s.scroll = min(max(s.scroll, 0), float64(max(s.panelHeight()-s.places.panel.Dy(), 0)))
	s.helpScroll = min(max(s.helpScroll, 0), float64(max(s.helpHeight()-s.height, 0)))
}

// check tells of an error, if there is one.
func (s *Screen) check(err error) {
	if err != nil {
		s.Session.Notify(err.Error())
	}
}

// Size returns the size of the picture in pixels.
func (s *Screen) Size() image.Point { return image.Pt(s.width, s.height) }

// TakeFullscreen reports whether the window is to become full screen or the
// contrary, once.
func (s *Screen) TakeFullscreen() bool {
	wanted := s.fullscreen
	s.fullscreen = false
	return wanted
}

// File is something to be saved where the user finds it.
type File struct {
	Name string
	Data []byte
}

// Save asks for a file to be saved.
func (s *Screen) Save(name string, data []byte) { s.files = append(s.files, File{name, data}) }

// TakeFiles returns the files to be saved, each once.
func (s *Screen) TakeFiles() []File {
	files := s.files
	s.files = nil
	return append(files, s.takeFilms()...)
}

// px returns units in whole pixels.
func (s *Screen) px(units float64) int { return int(units*s.unit + 0.5) }

// hintTicks is the time for which the hint is shown to someone who does nothing.
const hintTicks = 20 * tape.TicksPerSecond

// camera returns how the world maps to the picture.
func (s *Screen) camera() render.Camera {
	camera := render.FitCamera(s.bounds, s.places.stage, 14*s.unit)
	camera.Scale *= s.zoom
	camera.Centre = camera.Centre.Add(s.pan)
	return camera
}

// The zoom that is allowed.
const (
	minZoom = 0.1
	maxZoom = 50
)

// zoomAt changes the zoom by a factor and keeps what is at a point in its place.
func (s *Screen) zoomAt(at render.Point, factor float64) {
	before := s.camera().World(at)
	s.zoom = min(max(s.zoom*factor, minZoom), maxZoom)
	s.pan = s.pan.Add(before.Sub(s.camera().World(at)))
}

// fit shows the whole scene again.
func (s *Screen) fit() {
	s.fitted = nil
	s.settle()
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
