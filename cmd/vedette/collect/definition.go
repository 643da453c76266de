package collect

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/ingest/s3source"
	"github.com/vedette-siem/vedette/ingest/sqssource"
)

// Kinds of sources.
const (
	KindS3  = "s3"  // a bucket is listed by day, again and again
	KindSQS = "sqs" // a queue tells of new objects
)

const (
	// DefaultInterval is how often a bucket is listed.
	DefaultInterval = 5 * time.Minute
	// MinInterval bounds what listing costs.
	MinInterval = 10 * time.Second
	// DefaultSilentAfter leaves room for accounts in which nothing happens over night.
	DefaultSilentAfter = 24 * time.Hour
	// MinSilentAfter is about how often AWS delivers at most.
	MinSilentAfter = time.Minute
)

// A Definition says where logs lie. Its names are those of the configuration file.
type Definition struct {
	Name   string `yaml:"name" json:"name"`
	Kind   string `yaml:"kind" json:"kind"`
	Bucket string `yaml:"bucket,omitempty" json:"bucket,omitempty"` // of KindS3
	Prefix string `yaml:"prefix,omitempty" json:"prefix,omitempty"`
	Queue  string `yaml:"queue,omitempty" json:"queue,omitempty"` // URL, of KindSQS
	Path   string `yaml:"path,omitempty" json:"path,omitempty"`   // of KindFolder
	// Account is where the role of assume-role is, if that is a name and not an ARN.
	Account       string        `yaml:"account,omitempty" json:"account,omitempty"`
	Format        ingest.Format `yaml:"format,omitempty" json:"format,omitempty"`
	FlowFormat    string        `yaml:"flow-format,omitempty" json:"flow-format,omitempty"`
	RequesterPays bool          `yaml:"requester-pays,omitempty" json:"requester-pays,omitempty"`
	// Interval between two listings; 0 is DefaultInterval.
	Interval time.Duration `yaml:"interval,omitempty" json:"interval,omitempty"`
	// SilentAfter is how long nothing new may come before the source counts as silent; 0 is DefaultSilentAfter.
	SilentAfter time.Duration `yaml:"silent-after,omitempty" json:"silent_after,omitempty"`

	awsaccess.Access `yaml:",inline"`
}

var (
	nameShape    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	accountShape = regexp.MustCompile(`^[0-9]{12}$`)
)

// Check says what of a definition cannot be, without asking AWS.
func (d *Definition) Check() error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("source %q: "+format, append([]any{d.Name}, args...)...)
	}
	switch {
	case !nameShape.MatchString(d.Name):
		return wrong("name must be up to 64 letters, digits, '.', '_' and '-'")
	case d.Kind == KindS3 && d.Bucket == "":
		return wrong("kind s3 needs a bucket")
	case d.Kind == KindS3 && d.Queue != "":
		return wrong("kind s3 takes no queue: use kind sqs")
	case d.Kind == KindSQS && !strings.Contains(d.Queue, "://"):
		return wrong("kind sqs needs a queue: its URL, such as https://sqs.eu-central-1.amazonaws.com/111122223333/logs")
	case d.Kind == KindSQS && (d.Bucket != "" || d.Prefix != ""):
		return wrong("kind sqs takes no bucket and no prefix: the queue's messages name them")
	case d.Kind == KindFolder:
		return d.checkFolder(wrong)
	case d.Kind != KindS3 && d.Kind != KindSQS:
		return wrong("kind %q: must be s3, sqs or folder", d.Kind)
	case d.Path != "":
		return wrong("kind %s takes no path: use kind folder", d.Kind)
	case d.Account != "" && !accountShape.MatchString(d.Account):
		return wrong("account %q: must be the twelve digits of an AWS account", d.Account)
	case d.Interval != 0 && d.Interval < MinInterval:
		return wrong("interval %v: must be %v or more", d.Interval, MinInterval)
	case d.SilentAfter != 0 && d.SilentAfter < MinSilentAfter:
		return wrong("silent-after %v: must be %v or more", d.SilentAfter, MinSilentAfter)
	}
	if role := d.RoleARN; role != "" && !strings.HasPrefix(role, "arn:") && d.Account == "" {
		return wrong("assume-role %q: must be an ARN, or a name beside an account", role)
	}
	if err := d.Access.Check(); err != nil {
		return wrong("%w", err)
	}
	return nil
}

// Where is the place of the logs, for people.
func (d *Definition) Where() string {
	switch d.Kind {
	case KindSQS:
		return d.Queue
	case KindFolder:
		return d.Path
	}
	return "s3://" + d.Bucket + "/" + d.Prefix
}

// Way is the access with the role's whole ARN, and the region that the queue's URL names if none is set.
func (d *Definition) Way() awsaccess.Access {
	a := d.Access
	if a.RoleARN != "" && !strings.HasPrefix(a.RoleARN, "arn:") {
		a.RoleARN = "arn:aws:iam::" + d.Account + ":role/" + a.RoleARN
	}
	if m := queueRegion.FindStringSubmatch(d.Queue); m != nil && a.Region == "" {
		a.Region = m[1]
	}
	return a
}

var queueRegion = regexp.MustCompile(`^https://sqs(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.`)

// source is a definition that is connected.
type source struct {
	client *s3source.Client
	bucket *s3source.Source  // of KindS3
	queue  *sqssource.Source // of KindSQS
}

// connect makes the clients. It asks AWS for nothing but what the SDK's chain does by itself.
func (r *Runner) connect(ctx context.Context, d *Definition) (s source, err error) {
	way := d.Way()
	config, err := way.Config(ctx)
	if err != nil {
		return s, fmt.Errorf("source %q: %w", d.Name, err)
	}
	s.client = s3source.NewClient(way.S3(config))
	s.client.RequesterPays = d.RequesterPays
	if d.Kind == KindS3 {
		s.bucket, err = s3source.New(s.client, s3source.Options{Name: d.Name, Bucket: d.Bucket, Prefix: d.Prefix, Format: d.Format, FlowFormat: d.FlowFormat, Now: r.o.Now})
		if err == nil {
			s.bucket.OnSettled(r.settled(d))
		}
		return s, err
	}
	s.queue, err = sqssource.New(sqssource.Options{
		API: way.SQS(config), Objects: s.client, Name: d.Name, Queue: d.Queue, Format: d.Format, FlowFormat: d.FlowFormat,
		Wait: r.o.queueWait, RetryAfter: r.o.retryAfter,
		Park: func(_ context.Context, l sqssource.Letter) error {
			letter := Letter{Source: d.Name, Message: l.MessageID, Body: l.Body, Attempts: l.Receives}
			letter.failed(l.Reason, r.o.Now())
			letter.of(l.Object)
			return r.letters.Park(letter)
		},
		Settled: func(o *ingest.Object, outcome error) { r.note(d.Name, o, outcome) },
		Empty:   func() { r.caughtUp(d.Name) },
	})
	return s, err
}

// CheckAll checks definitions and that no two have one name.
func CheckAll(all []Definition) error {
	seen := map[string]bool{}
	var errs []error
	for i := range all {
		errs = append(errs, all[i].Check())
		if seen[all[i].Name] {
			errs = append(errs, fmt.Errorf("source %q: there are two of that name", all[i].Name))
		}
		seen[all[i].Name] = true
	}
	return errors.Join(errs...)
}
