package render

import (
	"encoding/json"
	"strings"
	"testing"

	"orrery/assets"
)

func themeData(t testing.TB, name string) []byte {
	t.Helper()
	data, err := assets.Files.ReadFile("themes/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestBuiltInThemesKeepTheRules(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"light", "dark"} {
		theme, err := LoadTheme(name)
		if err != nil {
			t.Fatal(err)
		}
		// Okabe and Ito, "Color Universal Design", 2008; blue and orange darker on white, to be seen there.
		got := []string{theme.True.String(), theme.Predicted.String(), theme.Error.String(), theme.Contact.String()}
		want := map[string]string{"dark": "#0072b2 #e69f00 #d55e00 #009e73", "light": "#00619c #c48000 #d55e00 #009e73"}[name]
		if strings.Join(got, " ") != want {
			t.Errorf("%s: colours %v, must be %s", name, got, want)
		}
		if theme.Name != name {
			t.Errorf("theme %s is called %s", name, theme.Name)
		}
	}
	if _, err := LoadTheme("../doc"); err == nil {
		t.Error("a name that is no theme is accepted")
	}
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	t.Parallel()
	grey := Colour{0x77, 0x77, 0x77, 255} // 4.48:1 on white, the well-known near miss
	near(t, "black on white", Contrast(black, white), 21, 1e-9)
	near(t, "white on black", Contrast(white, black), 21, 1e-9)
	near(t, "grey on white", Contrast(grey, white), 4.48, 0.005)
	near(t, "red on itself", Contrast(red, red), 1, 1e-9)
}

func TestThemeNamesTheRuleItBreaks(t *testing.T) {
	t.Parallel()
	light := string(themeData(t, "light"))
	for want, spoil := range map[string][2]string{
		"unknown key":               {`"name"`, `"title": "x", "name"`},
		"wall is missing":           {`"wall": "#4a5261",`, ""},
		`"#4a526" must be #rrggbb`:  {"#4a5261", "#4a526"},
		`"#4a52 1" must be #rrggbb`: {"#4a5261", "#4a52 1"},
		"stands after the end":      {"}", "} {"},
		"name must not be empty":    {`"light"`, `""`},
		"contrast of text":          {"#1d232e", "#777777"},
		"contrast of muted":         {"#5d6675", "#ff0000"},
		"contrast of true":          {`"true": "#00619c"`, `"true": "#c25500"`},
		"contrast of rim":           {"#000b14", "#003a5c"},
		"contrast of predicted":     {"#c48000", "#c58200"},
		"contrast of contact":       {"#009e73", "#00a87b"},
		"contrast of white":         {`"true": "#00619c"`, `"true": "#d0d0ff"`},
		"must be at most 16384":     {"{", "{" + strings.Repeat(" ", 1<<14)},
		"7 must be a text":          {`"#4a5261"`, "7"},
		"ends too early":            {"}", ""},
	} {
		spoilt := strings.Replace(light, spoil[0], spoil[1], 1)
		if _, err := DecodeTheme([]byte(spoilt)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, must contain %q", err, want)
		}
	}
}

func FuzzDecodeTheme(f *testing.F) {
	f.Add(themeData(f, "light"))
	f.Add(themeData(f, "dark"))
	f.Add([]byte(`{"name":"x"}`))
	f.Add([]byte(`{"wall":"#12345g"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		theme, err := DecodeTheme(data)
		if err != nil {
			return
		}
		encoded, err := json.Marshal(theme)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeTheme(encoded)
		if err != nil || *again != *theme {
			t.Fatalf("%+v came back as %+v, %v", theme, again, err)
		}
	})
}
