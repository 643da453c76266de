package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

const root = "../.."

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// section is the text of README below a heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	_, after, ok := strings.Cut(readme(t), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("README has no section %q", heading)
	}
	text, _, _ := strings.Cut(after, "\n## ")
	return text
}

// rows are the cells of a section's tables, without head and code marks.
func rows(t *testing.T, heading string) [][]string {
	t.Helper()
	var out [][]string
	for line := range strings.Lines(section(t, heading)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") {
			continue // text, or the line below the head
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), " |") {
			cells = append(cells, strings.Trim(strings.TrimSpace(cell), "`"))
		}
		out = append(out, cells)
	}
	if len(out) < 2 {
		t.Fatalf("README's section %q has no table", heading)
	}
	return out[1:]
}

// flags are those of a command, with those of all commands.
func flags(t *testing.T, command string) []*kong.Flag {
	t.Helper()
	app := commandLine(&cli{}).Model
	for _, node := range app.Children {
		if node.Name == command {
			all := slices.Concat(app.Flags, node.Flags)
			for _, below := range node.Children {
				all = append(all, below.Flags...)
			}
			return all
		}
	}
	t.Fatalf("no command %s", command)
	return nil
}

func TestREADMEListsTheSettingsThereAre(t *testing.T) {
	var got, want []string
	for _, row := range rows(t, "Configuration") {
		got = append(got, strings.Join(row[:4], " | "))
		if row[4] == "" {
			t.Errorf("%s has no meaning", row[0])
		}
	}
	for _, f := range flags(t, "serve") {
		name := f.Name
		switch name {
		case "help":
			continue
		case "config":
			name = "" // the file cannot name a file
		}
		want = append(want, strings.Join([]string{"--" + f.Name, strings.Join(f.Envs, " "), name, f.Default}, " | "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("README's table has\n%s\nand the program\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// awsCommand is one of AWS's CLI, whose flags are not ours.
var awsCommand = regexp.MustCompile(`\baws [a-z0-9]+ (?:[^\n]*\\\n)*[^\n]*`)

func TestREADMENamesOnlyFlagsThereAre(t *testing.T) {
	known := []string{"--data-urlencode", "--data-binary"} // of curl
	for _, command := range []string{"serve", "demo", "load", "check", "verify-trail", "sources"} {
		for _, f := range flags(t, command) {
			known = append(known, "--"+f.Name)
		}
	}
	for word := range strings.FieldsSeq(awsCommand.ReplaceAllString(readme(t), "")) {
		word = strings.Trim(word, "`.,;:()|'")
		if flag, _, _ := strings.Cut(word, "="); strings.HasPrefix(flag, "--") && !strings.HasPrefix(flag, "---") && !slices.Contains(known, flag) {
			t.Errorf("README names %s, which no command has", flag)
		}
	}
}

func TestREADMELeadsToFilesAndFoldersThereAre(t *testing.T) {
	for _, row := range rows(t, "Map of the folders") {
		if _, err := os.Stat(filepath.Join(root, row[0])); err != nil {
			t.Errorf("the map: %v", err)
		}
	}
	for _, rest := range strings.Split(readme(t), "](")[1:] {
		link, _, _ := strings.Cut(rest, ")")
		if strings.Contains(link, "://") {
			continue
		}
		if heading, here := strings.CutPrefix(link, "#"); here {
			if !strings.Contains(strings.ToLower(readme(t)), "\n## "+strings.ReplaceAll(heading, "-", " ")+"\n") {
				t.Errorf("a link: README has no heading for %s", link)
			}
			continue
		}
		if _, err := os.Stat(filepath.Join(root, link)); err != nil {
			t.Errorf("a link: %v", err)
		}
	}
}

func TestREADMENamesTargetsThatTheMakefileHas(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, marked := range []string{"`make ", "    make "} {
		for _, rest := range strings.Split(readme(t), marked)[1:] {
			target := strings.FieldsFunc(rest, func(r rune) bool { return r == '`' || r == ' ' || r == '\n' })[0]
			if !strings.Contains(string(makefile), "\n"+target+":") {
				t.Errorf("README says make %s, and the Makefile has no such target", target)
			}
		}
	}
}
