package console

import (
	"errors"

	"github.com/spf13/pflag"
)

// FolderVar adds a flag for a folder that a command writes; what path holds is its default.
// The flag refuses -, which stands for stdout where a file is written.
func FolderVar(flags *pflag.FlagSet, path *string, name, usage string) {
	flags.Var((*folder)(path), name, usage)
}

// PictureVar adds a flag for a picture or film that a command writes; the extension says its
// format. The flag refuses -, for stdout has no extension.
func PictureVar(flags *pflag.FlagSet, path *string, name, usage string) {
	flags.Var((*picture)(path), name, usage)
}

type folder string

// Set implements pflag.Value.
func (f *folder) Set(text string) error {
	if text == "-" {
		return errors.New("must be a folder, which stdout cannot be; ./- is a folder of that name")
	}
	*f = folder(text)
	return nil
}

// Type implements pflag.Value; the help shows the flag as it shows other texts.
func (f *folder) Type() string { return "string" }

// String implements pflag.Value.
func (f *folder) String() string { return string(*f) }

type picture string

// Set implements pflag.Value.
func (p *picture) Set(text string) error {
	if text == "-" {
		return errors.New("must be a file whose extension says the format, and stdout has none")
	}
	*p = picture(text)
	return nil
}

// Type implements pflag.Value; the help shows the flag as it shows other texts.
func (p *picture) Type() string { return "string" }

// String implements pflag.Value.
func (p *picture) String() string { return string(*p) }
