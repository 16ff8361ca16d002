package open

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"orrery/assets"
	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/file"
	"orrery/world"
	"orrery/world/fit"
)

const linkedBall = `{ "format": 2, "gravity": [0, -9.81], "arena": [2, 2], // a ball
  "bodies": [{ "name": "ball", "circle": 0.1, "at": [0, 0.8] }] }`

// packed returns letters that hold a text.
func packed(t testing.TB, text string) string {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, 9)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(out.Bytes())
}

// packedParts returns letters of a model whose text is as given and that has no weights.
func packedParts(t testing.TB, text []byte) string {
	t.Helper()
	var out []byte
	for _, part := range [][]byte{text, nil} {
		packed, err := deflated(part, linkedWords)
		if err != nil {
			t.Fatal(err)
		}
		out = append(binary.AppendUvarint(out, uint64(len(packed))), packed...)
	}
	return base64.RawURLEncoding.EncodeToString(out)
}

// TestLinksHoldScenarios that the page then shows under their names, with the options of the address.
func TestLinksHoldScenarios(t *testing.T) {
	t.Parallel()
	fragment, err := Fragment("dröp it", []byte(linkedBall))
	if err != nil || len(fragment) > 200 || strings.ContainsAny(fragment[1:], " #\"<>{}") {
		t.Fatalf("%q: %v", fragment, err)
	}
	l, err := ParseFragment(fragment)
	if err != nil || l.Name != "dröp it" || string(l.Text) != linkedBall {
		t.Fatalf("%+v, %v", l, err)
	}
	o := DefaultOptions()
	o.Linked, o.Seed = l, 3
	v, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
	if err != nil || v.Session.Scene().Name != "dröp it" || v.Session.Seed() != 3 || len(v.Session.Scene().Bodies) != 1 {
		t.Fatalf("shows %s: %v", v.Session.Scene().Name, err)
	}
	again, err := v.Fragment()
	if err != nil || again != fragment || strings.Contains(v.Query("dark"), "scene=") {
		t.Errorf("the link becomes %s and %s: %v", v.Query("dark"), again, err)
	}
	pile := opened(t, "--scene=pile")
	if fragment, err := pile.Fragment(); err != nil || fragment != "" || !strings.Contains(pile.Query("dark"), "scene=pile") {
		t.Errorf("of the library: %q, %v", fragment, err)
	}
	if err := pile.Session.OpenScene(pile.Session.Scene()); err != nil {
		t.Fatal(err)
	}
	if _, err := pile.Fragment(); err == nil || !strings.Contains(err.Error(), "send the file instead") {
		t.Errorf("of no scenario: %v", err)
	}
}

// TestBadLinksAreToldInASentence and a scene is shown all the same.
func TestBadLinksAreToldInASentence(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 80<<10)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	whole := packed(t, linkedBall)
	for fragment, want := range map[string]string{
		"#scenario=" + whole[:len(whole)/2]: "garbled: it may have been cut off",
		"#scenario=%":                       "garbled: it may have been cut off",
		"#scenario=":                        "garbled: it may have been cut off",
		"#scenario=*":                       "garbled",
		"#scenario=" + strings.Repeat("A", (64<<10)+1):             "must have at most 65536",
		"#scenario=" + packed(t, strings.Repeat(" ", (512<<10)+1)): "must have at most 524288 bytes",
	} {
		if l, err := ParseFragment(fragment); err == nil || !strings.Contains(err.Error(), want) || l.Text != nil {
			t.Errorf("%.40s: %v, want %s", fragment, err, want)
		}
	}
	for fragment, want := range map[string]string{
		"&model=" + strings.Repeat("A", 256<<10+1):        "the link's model has 262145 letters and must have at most 262144",
		"&model=" + packedParts(t, make([]byte, 2<<20+1)): "the link's model must have at most 2097152 bytes",
		"&model=" + packedParts(t, make([]byte, 2<<20)):   "",
	} { // the scenario is shown all the same
		if l, err := ParseFragment("#scenario=" + whole + fragment); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) || l.Text == nil {
			t.Errorf("%.40s: %v, want %s", fragment, err, want)
		}
	}
	for letters, want := range map[int]string{100: strings.Repeat("n", 100), 101: "linked"} {
		if l, err := ParseFragment("#scenario=" + whole + "&name=" + strings.Repeat("n", letters)); err != nil || l.Name != want {
			t.Errorf("a name of %d letters is %s, %v", letters, l.Name, err)
		}
	}
	if _, err := Fragment("x", make([]byte, 512<<10+1)); err == nil || !strings.Contains(err.Error(), "524289 bytes must be at most 524288") {
		t.Errorf("a scenario that no link is read with: %v", err)
	}
	for _, fragment := range []string{"", "#", "#top", "#a=b&c", "#%zz"} {
		if l, err := ParseFragment(fragment); err != nil || l.Text != nil {
			t.Errorf("%q: %v", fragment, err)
		}
	}
	if l, err := ParseFragment("#scenario=" + whole + "&name=" + url.QueryEscape("../x")); err != nil || l.Name != "linked" {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := Fragment("x", noise); err == nil || !strings.Contains(err.Error(), "too long for a link") {
		t.Errorf("got %v", err)
	}
	for text, want := range map[string]string{
		`{ "format": 2, "bodies": [{ "circel": 1 }] }`: `the link's scenario: line 1, column 29: /bodies/0/circel:`,
		`hello`: "the link's scenario: ",
	} {
		o := DefaultOptions()
		o.Linked = Linked{Name: "x", Text: []byte(text)}
		v, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
		if err == nil || !strings.Contains(err.Error(), want) || v == nil || v.Session.Scene().Name != usualScene {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// drawn returns the canonical file of bodies of all sorts, as they are drawn by hand, tied in pairs.
func drawn(t *testing.T, bodies int) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	place := func() float64 { return math.Round(random.Float64()*4000-2000) / 1000 }
	d := edit.New()
	for i := range bodies {
		b := file.Body{Density: file.Value(math.Round(random.Float64()*200) / 10), Angle: file.Value(place()), Velocity: new(file.At(place(), place())), At: new(file.At(place(), place()))}
		b.Friction, b.Elasticity = file.Value(math.Round(random.Float64()*100)/100), file.Value(math.Round(random.Float64()*100)/100)
		switch i % 3 {
		case 0:
			b.Circle = file.Value(0.1 + math.Abs(place())/20)
		case 1:
			b.Box = new(file.At(0.1+math.Abs(place())/10, 0.1+math.Abs(place())/10))
		case 2:
			b.Polygon = []file.Point{file.At(0, 0), file.At(0.2+math.Abs(place())/10, 0), file.At(0.1, 0.2+math.Abs(place())/10)}
		}
		if err := d.Add("draw", &file.Scenario{Bodies: []file.Body{b}}); err != nil {
			t.Fatal(err)
		}
		if f := d.File(); i%2 == 1 {
			tie := file.Joint{Spring: &[2]string{f.Bodies[i-1].Name, f.Bodies[i].Name}, Stiffness: file.Value(20), Damping: file.Value(0.5)}
			if err := d.Add("tie", &file.Scenario{Joints: []file.Joint{tie}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return d.Text()
}

// TestLinksAreShort enough for messages, and hold every byte.
func TestLinksAreShort(t *testing.T) {
	t.Parallel()
	for bodies, most := range map[int]int{12: 2500, 24: 4000} {
		text := drawn(t, bodies)
		fragment, err := Fragment("drawn", text)
		if err != nil || len(fragment) > most {
			t.Errorf("%d bodies: %d letters, at most %d; %v", bodies, len(fragment), most, err)
		}
		if l, err := ParseFragment(fragment); err != nil || !bytes.Equal(l.Text, text) || l.Model.Config != nil {
			t.Errorf("%d bodies come back as %s, %v", bodies, l.Text, err)
		}
	}
}

// TestALinkHoldsAModel that then predicts, and can be sent on.
func TestALinkHoldsAModel(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	for _, name := range []string{"config.json", "model.safetensors"} {
		text, err := assets.Files.ReadFile("models/push/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files["mine/"+name] = &fstest.MapFile{Data: text}
	}
	v := opened(t)
	if _, err := v.FragmentWithModel(); err == nil || !strings.Contains(err.Error(), "a scenario of one's own") {
		t.Errorf("of the library: %v", err)
	}
	if err := v.text("ball", []byte(linkedBall)); err != nil {
		t.Fatal(err)
	}
	if _, err := v.FragmentWithModel(); err == nil || !strings.Contains(err.Error(), "every viewer has it") {
		t.Errorf("with a model that is built in: %v", err)
	}
	if err := v.Dropped(files); err != nil {
		t.Fatal(err)
	}
	fragment, err := v.FragmentWithModel()
	if err != nil || len(fragment) > 12200 {
		t.Fatalf("%d letters, %v", len(fragment), err)
	}
	o := DefaultOptions()
	if o.Linked, err = ParseFragment(fragment); err != nil {
		t.Fatal(err)
	}
	sameModel(t, files, o.Linked.Model)
	w, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
	if err != nil {
		t.Fatal(err)
	}
	models, chosen := w.Session.Models()
	if models[chosen].Name != "mine" {
		t.Errorf("%s predicts", models[chosen].Name)
	}
	if again, err := w.FragmentWithModel(); err != nil || again != fragment {
		t.Errorf("the link becomes another: %v", err)
	}
	// What is broken of the model is told, and the scenario is shown all the same.
	o.Linked, err = ParseFragment(fragment[:len(fragment)-500])
	if err == nil || !strings.Contains(err.Error(), "model is garbled") || string(o.Linked.Text) != linkedBall {
		t.Errorf("half a model: %v", err)
	}
	o.Linked = Linked{Name: "ball", Text: []byte(linkedBall), Model: ModelFiles{"x", []byte("{"), nil}}
	if w, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode); err == nil || !strings.Contains(err.Error(), "the link's model") || w.Session.Scene().Name != "ball" {
		t.Errorf("a model that is none: %v", err)
	}
}

// sameModel checks that a model of a link is the one of a folder: weights and law of spread to the bit, and what it has seen.
func sameModel(t *testing.T, files fstest.MapFS, m ModelFiles) {
	t.Helper()
	if !bytes.Equal(m.Weights, files["mine/model.safetensors"].Data) {
		t.Error("weights come back as others")
	}
	was, err := world.DecodeDescription(files["mine/config.json"].Data)
	if err != nil {
		t.Fatal(err)
	}
	now, err := world.DecodeDescription(m.Config)
	if err != nil {
		t.Fatal(err)
	}
	squeezed := func(text []byte) string {
		var out bytes.Buffer
		if err := json.Compact(&out, text); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if squeezed(now.Spread) != squeezed(was.Spread) || squeezed(now.Settings) != squeezed(was.Settings) || !reflect.DeepEqual(now.Training.Seen, was.Training.Seen) || now.Training.Scenario != was.Training.Scenario {
		t.Errorf("comes back as %+v", now)
	}
}

// TestLinkedWordsNeverChange: links that were made with others could not be read any more.
func TestLinkedWordsNeverChange(t *testing.T) {
	t.Parallel()
	if got := crc32.ChecksumIEEE(linkedWords); got != 0xf878f6ad {
		t.Errorf("the words have the sum %#x", got)
	}
}

// TestBrokenLinkedModels get a message each, whatever is broken.
func TestBrokenLinkedModels(t *testing.T) {
	t.Parallel()
	config, err := assets.Files.ReadFile("models/push/config.json")
	if err != nil {
		t.Fatal(err)
	}
	weights, err := assets.Files.ReadFile("models/push/model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	m := ModelFiles{"mine", config, weights}
	fragment, err := m.fragment()
	if err != nil {
		t.Fatal(err)
	}
	start := strings.Index(fragment, modelKey+"=") + len(modelKey) + 1
	random := rand.New(rand.NewPCG(7, 8))
	for k := range 300 {
		broken := []byte(fragment)
		if k%2 == 0 {
			broken = broken[:start+random.IntN(len(broken)-start)]
		} else { // near the beginning, where what can be wrong is
			broken[start+random.IntN(200)] = "%=#+ ~Az-"[random.IntN(9)]
		}
		got, err := linkedModelOf(string(broken))
		if err == nil {
			_, _, err = fit.Decode(got.Config, got.Weights)
		}
		if err == nil && k%2 == 0 {
			t.Errorf("%d letters of %d are a model", len(broken), len(fragment))
		}
		if err != nil && (strings.Contains(err.Error(), "flate") || strings.Contains(err.Error(), "base64")) {
			t.Errorf("%v", err)
		}
	}
	for _, garbled := range []ModelFiles{{"x", []byte("{"), weights}, {"x", config, []byte{1}}, {"x", config, []byte{255, 255, 255, 255, 255, 255, 255, 255, 1}}} {
		if _, err := garbled.fragment(); err == nil {
			t.Errorf("%.20q is linked", garbled.Weights)
		}
	}
}

// TestAThousandMalformedLinks each get a message in words, or hold a scenario that is one.
func TestAThousandMalformedLinks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and links start no goroutine")
	}
	fragment, err := Fragment("table", drawn(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	start := strings.Index(fragment, linkKey+"=") + len(linkKey) + 1
	random, other := rand.New(rand.NewPCG(5, 6)), drawn(t, 2)
	told := 0
	for i := range 1000 {
		broken := []byte(fragment)
		switch i % 4 {
		case 0: // cut off
			broken = broken[:start+random.IntN(len(broken)-start)]
		case 1: // another letter
			broken[start+random.IntN(len(broken)-start)] = "%&=#+ ~A"[random.IntN(8)]
		case 2: // some are missing
			at := start + random.IntN(len(broken)-start-5)
			broken = slices.Delete(broken, at, at+1+random.IntN(4))
		case 3: // another text
			text := slices.Clone(other)
			text[random.IntN(len(text))] = byte(random.IntN(128))
			broken = []byte("#scenario=" + packed(t, string(text)))
		}
		l, err := ParseFragment(string(broken))
		if err == nil && l.Text != nil {
			_, err = scenario.Parse(l.Name, l.Text)
		} else if err == nil {
			t.Errorf("%s: nothing is said", broken)
		}
		if err != nil {
			if told++; strings.Contains(err.Error(), "flate") || strings.Contains(err.Error(), "base64") || strings.Contains(err.Error(), "unexpected EOF") || strings.Contains(err.Error(), "invalid character") {
				t.Errorf("%s: %v", broken, err)
			}
		}
	}
	if told < 800 {
		t.Errorf("only %d links are told to be wrong", told)
	}
}

func FuzzParseFragment(f *testing.F) {
	f.Add("#scenario=" + packed(f, linkedBall) + "&name=x")
	f.Add("#scenario=AAAA")
	f.Fuzz(func(t *testing.T, fragment string) {
		l, err := ParseFragment(fragment)
		if err == nil && len(l.Text) > 512<<10 {
			t.Errorf("%d bytes", len(l.Text))
		}
	})
}

// once is a teacher that has learned one model.
type once struct{ reports []lesson.Report }

func (o *once) Begin(lesson.Subject) {}
func (o *once) Pause()               {}
func (o *once) Resume()              {}
func (o *once) Add([]*sim.Scene)     {}
func (o *once) Take() []lesson.Report {
	taken := o.reports
	o.reports = nil
	return taken
}

// TestALinkHoldsWhatIsLearned here, as soon as it predicts.
func TestALinkHoldsWhatIsLearned(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	learned := map[string][]byte{}
	for _, name := range []string{"config.json", "model.safetensors"} {
		text, err := assets.Files.ReadFile("models/push/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files["mine/"+name], learned[name] = &fstest.MapFile{Data: text}, text
	}
	v := opened(t)
	if err := v.text("ball", []byte(linkedBall)); err != nil {
		t.Fatal(err)
	}
	v.Session.SetTeacher(&once{[]lesson.Report{{Subject: "ball", Files: learned}}}, fit.Decode)
	v.Session.Learn()
	v.Session.Tick()
	fragment, err := v.FragmentOf("ball", []byte(linkedBall), true)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ParseFragment(fragment)
	if err != nil || l.Model.Name != session.Learned {
		t.Fatalf("%s: %v", l.Model.Name, err)
	}
	sameModel(t, files, l.Model)
}
