package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// goPackage has what the go command says of a package.
type goPackage struct {
	ImportPath, Dir, Name              string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string

	judges []*goPackage // whose tests judge its mutants: its own, then those of direct importers
}

// tested reports whether there are tests to run.
func (p *goPackage) tested() bool { return len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 }

func (p *goPackage) imports(path string) bool {
	return slices.Contains(slices.Concat(p.Imports, p.TestImports, p.XTestImports), path)
}

// listPackages returns the packages of this module that the patterns name, with judges.
func listPackages(ctx context.Context, patterns []string) ([]*goPackage, error) {
	all, err := goList(ctx, "./...")
	if err != nil {
		return nil, err
	}
	slices.Reverse(all) // commands come last, as their tests take longest
	chosen, err := goList(ctx, patterns...)
	if err != nil {
		return nil, err
	}
	for _, p := range chosen {
		for _, q := range all {
			if q.tested() && q.ImportPath == p.ImportPath {
				p.judges = slices.Insert(p.judges, 0, q)
			} else if q.tested() && q.imports(p.ImportPath) {
				p.judges = append(p.judges, q)
			}
		}
	}
	return chosen, nil
}

func goList(ctx context.Context, patterns ...string) (list []*goPackage, err error) {
	out, err := exec.CommandContext(ctx, "go", append([]string{"list", "-json"}, patterns...)...).Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(failed.Stderr)))
		}
		return nil, fmt.Errorf("go list: %w", err)
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		p := &goPackage{}
		if err := decoder.Decode(p); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		list = append(list, p)
	}
}

// mutants returns every mutant of a package. Programs have none: nothing imports them.
func (p *goPackage) mutants(root string) (all []*mutant, err error) {
	if p.Name == "main" || len(p.judges) == 0 {
		return nil, nil
	}
	for _, name := range p.GoFiles {
		path, err := filepath.Rel(root, filepath.Join(p.Dir, name))
		if err != nil {
			return nil, err
		}
		found, err := mutantsOf(p, path)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}
