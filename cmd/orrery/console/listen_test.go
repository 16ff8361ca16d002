package console

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestListenNamesWhatIsWrongWithAnAddress(t *testing.T) {
	t.Parallel()
	taken, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for address, want := range map[string]struct {
		text  string
		usage bool
	}{
		"here":                   {`"here" must be HOST:PORT with a port from 0 to 65535`, true},
		":x":                     {`":x" must be HOST:PORT`, true},
		"127.0.0.1:65536":        {"port from 0 to 65535", true},
		"::1:80":                 {"must be HOST:PORT", true},
		taken.Addr().String():    {taken.Addr().String() + ": address already in use", false},
		"no such host.invalid:0": {`there is no host "no such host.invalid"`, false},
	} {
		listener, err := Listen(address)
		if err == nil {
			listener.Close()
			t.Errorf("listens at %q", address)
		} else if !strings.Contains(err.Error(), want.text) || IsUsage(err) != want.usage || strings.Contains(err.Error(), "listen tcp") {
			t.Errorf("%q: error %v (usage %v), want %q", address, err, IsUsage(err), want.text)
		}
	}
}

func TestFolderIsNotStdout(t *testing.T) {
	t.Parallel()
	path := "usual"
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	FolderVar(flags, &path, "out", "folder to write")
	if !strings.Contains(flags.FlagUsages(), `--out string   folder to write (default "usual")`) {
		t.Errorf("help:\n%s", flags.FlagUsages())
	}
	if err := flags.Parse([]string{"--out", "-"}); err == nil || path != "usual" {
		t.Errorf("- is the folder %q (%v)", path, err)
	}
	if err := flags.Parse([]string{"--out", "./-"}); err != nil || path != "./-" {
		t.Errorf("./- is the folder %q (%v)", path, err)
	}
}
