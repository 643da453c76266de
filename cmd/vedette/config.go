package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"
)

// sources gives flags their values from the YAML file, and remembers where each flag's value came from. A flag on the command line goes before
// the environment, that before the file, and that before the default.
type sources struct {
	file   string
	values map[string]any
}

// load reads the file that `--config` or VEDETTE_CONFIG names, if any; kong has not read the command line yet.
func (s *sources) load(args []string) error {
	s.file = os.Getenv("VEDETTE_CONFIG")
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if value, ok := strings.CutPrefix(arg, "--config="); ok {
			s.file = value
		} else if arg == "--config" && i+1 < len(args) {
			s.file = args[i+1]
		}
	}
	if s.file == "" {
		return nil
	}
	raw, err := os.ReadFile(s.file)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	err = yaml.Unmarshal(raw, &s.values)
	if errors.As(err, new(*yaml.TypeError)) {
		return fmt.Errorf("read configuration %s: must be settings by name, such as 'data: /var/lib/vedette': %w", s.file, err)
	}
	if err != nil {
		return fmt.Errorf("read configuration %s: %w", s.file, err)
	}
	return nil
}

// Validate implements kong.Resolver: a name in the file that is no flag is an error, since it is most likely a mistake.
func (s *sources) Validate(app *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok {
			known[f.Name] = true
		}
		return next(nil)
	})
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		if name == sourcesSetting {
			continue
		}
		if !known[name] || name == "config" || name == "help" {
			err = errors.Join(err, fmt.Errorf("configuration %s: unknown setting %q", s.file, name))
		}
	}
	return err
}

// Resolve implements kong.Resolver. The file gives nothing to a flag with the tag `file:"no"`.
func (s *sources) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	v := s.values[f.Name]
	if v == nil || f.Tag.Get("file") == "no" || fromEnvironment(f) != "" {
		return nil, nil
	}
	if list, ok := v.([]any); ok {
		parts := make([]string, len(list))
		for i, item := range list {
			parts[i] = fmt.Sprint(item)
		}
		return strings.Join(parts, ","), nil
	}
	if _, ok := v.(map[string]any); ok {
		return nil, fmt.Errorf("configuration %s: setting %q must be one value or a list", s.file, f.Name)
	}
	return fmt.Sprint(v), nil
}

// fromEnvironment is the variable that gives a flag its value, or empty.
func fromEnvironment(f *kong.Flag) string {
	for _, name := range f.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return name
		}
	}
	return ""
}

// of says where the value of a flag came from.
func (s *sources) of(ctx *kong.Context, f *kong.Flag) string {
	for _, p := range ctx.Path {
		if p.Flag == f && !p.Resolved {
			return "flag"
		}
	}
	if name := fromEnvironment(f); name != "" {
		return "environment " + name
	}
	if s.values[f.Name] != nil {
		return "file " + s.file
	}
	return "default"
}

type confCmd struct {
	Print confPrintCmd `cmd:"" help:"Print each setting of 'vedette serve', its value, and where the value came from."`
}

type confPrintCmd struct {
	serverFlags `embed:"" set:"auth=on"`
	Data        string `help:"Data directory; made if absent." default:"vedette-data" type:"path"`
}

// Run prints the settings.
func (confPrintCmd) Run(e *environment) error {
	w := tabwriter.NewWriter(e.stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "SETTING\tVALUE\tFROM")
	for _, f := range e.kong.Flags() {
		if f.Name == "help" {
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.Name, shown(e.kong.FlagValue(f)), e.sources.of(e.kong, f))
	}
	return w.Flush()
}

func shown(v any) string {
	if list, ok := v.([]string); ok {
		v = strings.Join(list, ",")
	}
	if s := fmt.Sprint(v); s != "" {
		return s
	}
	return "-"
}
