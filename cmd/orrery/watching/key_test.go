package watching

import (
	"image"
	"reflect"
	"slices"
	"testing"
)

// changed gives a field another value, or says that it knows none.
func changed(v reflect.Value) bool {
	switch value := v.Addr().Interface().(type) {
	case *string:
		*value += "x"
	case *bool:
		*value = !*value
	case *int:
		*value++
	case *int64:
		*value++
	case *float64:
		*value++
	case *image.Rectangle:
		value.Max.X++
	case *[]image.Rectangle:
		*value = append(slices.Clone(*value), image.Rect(0, 0, 1, 2))
	default:
		return false
	}
	return true
}

// TestEpisodesThatAreSeenOtherwiseAreOthers: the key of an episode changes with each option that changes what is seen of it,
// and with no other, so that nobody has to wait anew for another scale.
func TestEpisodesThatAreSeenOtherwiseAreOthers(t *testing.T) {
	t.Parallel()
	f := still(t)
	made := func() (*work, *stretch) { return &work{Options: DefaultOptions()}, &stretch{Film: f, path: "a.gif"} }
	key := func(change func(w *work, s *stretch)) string {
		w, s := made()
		change(w, s)
		return w.key(s)
	}
	usual := key(func(*work, *stretch) {})
	told := []string{"Out", "Scale", "Down", "Fix", "Check", "Workers", "Resume", "Force", // the correction's shapes matter, and are looked at below
		"Film", "Rate"} // the rate is that of the film's options
	w, _ := made()
	options := reflect.TypeOf(w.Options)
	for k := range options.NumField() {
		name := options.Field(k).Name
		if name == "Film" {
			continue
		}
		got := key(func(w *work, _ *stretch) {
			if name == "Rate" {
				if err := w.Rate.Set("240"); err != nil {
					t.Error(err)
				}
			} else if !changed(reflect.ValueOf(&w.Options).Elem().Field(k)) {
				t.Errorf("no other value of %s is known", name)
			}
		})
		if (got == usual) != slices.Contains(told, name) {
			t.Errorf("with another %s the key is the same: %t", name, got == usual)
		}
	}
	film := reflect.TypeOf(w.Film)
	for k := range film.NumField() {
		name := film.Field(k).Name
		got := key(func(w *work, _ *stretch) {
			if field := reflect.ValueOf(&w.Film).Elem().Field(k); !changed(field) && name != "Mask" && name != "Looked" {
				t.Errorf("no other value of %s is known", name)
			}
		})
		if (got == usual) != (name == "Mask" || name == "Looked") { // the mask has its path
			t.Errorf("with another %s of the film the key is the same: %t", name, got == usual)
		}
	}
	for what, change := range map[string]func(w *work, s *stretch){
		"path":  func(_ *work, s *stretch) { s.path = "b.gif" },
		"order": func(_ *work, s *stretch) { s.order++ },
		"shape": func(w *work, _ *stretch) { w.fix = &Fix{Shape: map[string]FixShape{"0": {Radius: 3}}} },
	} {
		if key(change) == usual {
			t.Errorf("with another %s the key is the same", what)
		}
	}
	if key(func(w *work, _ *stretch) { w.fix = &Fix{Ignore: []string{"3"}, Rename: map[string]string{"0": "red"}} }) != usual {
		t.Error("corrections of names make the key another")
	}
}
