package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/alecthomas/kong"
)

// environment is what every subcommand gets.
type environment struct {
	ctx            context.Context
	stdout, stderr io.Writer
	log            *slog.Logger
	kong           *kong.Context
	sources        *sources
}

func newLog(w io.Writer, level, format string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		panic("BUG: log level " + level) // kong knows the levels
	}
	o := &slog.HandlerOptions{Level: l}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(e *environment) error {
	fmt.Fprintf(e.stdout, "vedette %s\n", version)
	return nil
}
