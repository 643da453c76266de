// Command vedette is a SIEM for AWS logs in one process: it loads them, answers the Elasticsearch API and shows a dashboard.
//
// This package reads flags and configuration, wires the packages by plain constructor calls, and stops them in order. Nothing else happens here.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // time zones of queries must not depend on the machine

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// cli is the command line.
type cli struct {
	Config    string `help:"YAML file with settings by the names of the flags, such as 'data: /var/lib/vedette'." placeholder:"FILE" type:"path"`
	LogLevel  string `help:"Least severe log lines to write: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
	LogFormat string `help:"Form of log lines: text or json." enum:"text,json" default:"text"`

	Serve   serveCmd   `cmd:"" help:"Run the Elasticsearch API and the dashboard."`
	Demo    demoCmd    `cmd:"" help:"Run with demo data: a day in the life of a small company, with seven attacks in it."`
	Load    loadCmd    `cmd:"" help:"Load AWS log files or folders, or what lies below s3://BUCKET/PREFIX."`
	Trail   trailCmd   `cmd:"" name:"verify-trail" help:"Verify CloudTrail's log files and digests in a local copy of a bucket."`
	Sources sourcesCmd `cmd:"" help:"Buckets and queues that 'vedette serve' reads for ever."`
	Check   checkCmd   `cmd:"" help:"Verify a data directory, and repair it."`
	Conf    confCmd    `cmd:"" name:"config" help:"Look at the configuration."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// exit ends the parsing of kong, which knows no other way than to end the process.
type exit int

// commandLine makes the parser of the command line.
func commandLine(c *cli, more ...kong.Option) *kong.Kong {
	parser, err := kong.New(c, append(more,
		kong.Name("vedette"), kong.Description("A SIEM for AWS logs in one process.\n\nStart with 'vedette demo' and open http://127.0.0.1:5601."),
		kong.DefaultEnvars("VEDETTE"), kong.Vars{"formats": strings.Join(formats(), ", ")}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Exit(func(code int) { panic(exit(code)) }),
	)...)
	if err != nil {
		panic("BUG: command line: " + err.Error())
	}
	return parser
}

// wrongUse is an error of the command line or the configuration that the parser cannot see.
type wrongUse struct{ error }

// run is main without the process around it. It returns the exit status: 0, 1 for a failure, 2 for a wrong command line or configuration.
func run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if r := recover(); r != nil {
			status, ok := r.(exit)
			if !ok {
				panic(r)
			}
			code = int(status)
		}
	}()
	c := &cli{}
	src := &sources{}
	parser := commandLine(c, kong.Resolvers(src), kong.Writers(stdout, stderr))
	if err := src.load(args); err != nil {
		fmt.Fprintf(stderr, "vedette: %v\n", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "vedette: %v\nTry 'vedette --help'.\n", err)
		return 2
	}
	e := &environment{ctx: ctx, stdout: stdout, stderr: stderr, log: newLog(stderr, c.LogLevel, c.LogFormat), kong: parsed, sources: src}
	err = parsed.Run(e)
	switch {
	case err == nil || errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return 0
	case errors.As(err, new(wrongUse)):
		fmt.Fprintf(stderr, "vedette: %v\n", err)
		return 2
	default:
		fmt.Fprintf(stderr, "vedette: %v\n", err)
		return 1
	}
}
