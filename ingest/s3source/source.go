package s3source

import (
	"context"
	"errors"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
)

// pageSize is how many objects one answer of S3 lists at most.
const pageSize = 1000

// layoutLife is how long the folders above the days are remembered. A new account or region is found when it ends.
const layoutLife = time.Hour

// Options of a Source. Bucket must be set.
type Options struct {
	// Name of the source; empty means `s3://bucket/prefix`.
	Name           string
	Bucket, Prefix string
	// Format of all objects; empty means that each is detected.
	Format ingest.Format
	// FlowFormat is the field list of flow logs without a header.
	FlowFormat string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// A Source lists the objects of a bucket whose day lies in a window. Where keys hold no day, the time of the object's last change counts. It is used by one run at a time.
type Source struct {
	client       *Client
	o            Options
	since, until time.Time
	layout       []place
	foundAt      time.Time
	settled      func(context.Context, *ingest.Object, error) error
}

var (
	_ ingest.Source  = (*Source)(nil)
	_ ingest.Settler = (*Source)(nil)
)

// New makes a source of everything below a prefix.
func New(c *Client, o Options) (*Source, error) {
	if o.Bucket == "" {
		return nil, errors.New("S3 source: no bucket given")
	}
	if o.Name == "" {
		o.Name = "s3://" + o.Bucket + "/" + o.Prefix
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Source{client: c, o: o}, nil
}

// Between sets the window of the next run, by whole days in UTC, both ends included. A zero since is the beginning, a zero until the day after now.
func (s *Source) Between(since, until time.Time) { s.since, s.until = since, until }

// OnSettled sets who is told what became of each object.
func (s *Source) OnSettled(f func(context.Context, *ingest.Object, error) error) { s.settled = f }

// Settled implements ingest.Settler.
func (s *Source) Settled(ctx context.Context, o *ingest.Object, outcome error) error {
	if s.settled == nil {
		return nil
	}
	return s.settled(ctx, o, outcome)
}

// Name implements ingest.Source.
func (s *Source) Name() string { return s.o.Name }

// Open implements ingest.Source.
func (s *Source) Open(ctx context.Context, o *ingest.Object) (io.ReadCloser, error) {
	return s.client.Open(ctx, o)
}

// Objects implements ingest.Source. An answer that S3 refuses ends the listing, as it would refuse the others too.
func (s *Source) Objects(ctx context.Context, yield func(ingest.Object) error, _ func(ingest.Object, error)) error {
	now := s.o.Now().UTC()
	if s.layout == nil || now.Sub(s.foundAt) > layoutLife {
		found, err := s.find(ctx)
		if err != nil {
			return err
		}
		s.layout, s.foundAt = found, now
	}
	until := s.until
	if until.IsZero() {
		until = now.AddDate(0, 0, 1)
	}
	for _, p := range s.layout {
		if err := s.place(ctx, p, until, yield); err != nil {
			return err
		}
	}
	return nil
}

// place lists one folder.
func (s *Source) place(ctx context.Context, p place, until time.Time, yield func(ingest.Object) error) error {
	if p.hive || p.plain {
		for _, prefix := range p.prefixes(s.since, until) {
			if err := s.list(ctx, prefix, "", "", until, yield); err != nil {
				return err
			}
		}
		return nil
	}
	after := ""
	if p.dated && !s.since.IsZero() {
		after = p.prefix[:strings.LastIndexByte(p.prefix, '/')+1] + s.since.UTC().Format(time.DateOnly)
	}
	return s.list(ctx, p.prefix, "/", after, until, yield)
}

func (s *Source) list(ctx context.Context, prefix, delimiter, after string, until time.Time, yield func(ingest.Object) error) error {
	for page, err := range s.pages(ctx, prefix, delimiter, after) {
		if err != nil {
			return err
		}
		for i := range page.Contents {
			o := s.object(&page.Contents[i])
			if strings.HasSuffix(o.Key, "/") || !strings.HasPrefix(o.Key, s.o.Prefix) || !s.wants(&o, until) {
				continue
			}
			if err := yield(o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Source) object(o *types.Object) ingest.Object {
	return ingest.Object{
		Bucket: s.o.Bucket, Key: aws.ToString(o.Key), ETag: strings.Trim(aws.ToString(o.ETag), `"`), Size: aws.ToInt64(o.Size), ModTime: aws.ToTime(o.LastModified),
		Format: s.o.Format, FlowFormat: s.o.FlowFormat,
	}
}

// day is a day in a key: its folders, or its name's beginning.
var day = regexp.MustCompile(`(?:^|/)(?:(?:year=)?((?:19|20)[0-9]{2})/(?:month=)?([0-9]{2})/(?:day=)?([0-9]{2})/|((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2})[^/]*$)`)

// wants says whether an object lies in the window.
func (s *Source) wants(o *ingest.Object, until time.Time) bool {
	date := o.ModTime.UTC().Format(time.DateOnly)
	if m := day.FindStringSubmatch(o.Key); m != nil {
		date = m[1] + m[4] + "-" + m[2] + m[5] + "-" + m[3] + m[6]
	}
	return (s.since.IsZero() || date >= s.since.UTC().Format(time.DateOnly)) && date <= until.UTC().Format(time.DateOnly)
}

// pages are the answers to one listing, in order.
func (s *Source) pages(ctx context.Context, prefix, delimiter, after string) iter.Seq2[*s3.ListObjectsV2Output, error] {
	in := &s3.ListObjectsV2Input{Bucket: &s.o.Bucket, MaxKeys: aws.Int32(pageSize)}
	if prefix != "" {
		in.Prefix = &prefix
	}
	if after != "" {
		in.StartAfter = &after
	}
	if delimiter != "" {
		in.Delimiter = &delimiter
	}
	if s.client.RequesterPays {
		in.RequestPayer = types.RequestPayerRequester
	}
	return func(yield func(*s3.ListObjectsV2Output, error) bool) {
		for {
			var page *s3.ListObjectsV2Output
			err := s.client.in(s.o.Bucket, func(o ...func(*s3.Options)) (err error) {
				page, err = s.client.api.ListObjectsV2(ctx, in, o...)
				return awsaccess.Explain(ctx, "s3:ListObjectsV2", "s3://"+s.o.Bucket+"/"+prefix, err)
			})
			if !yield(page, err) || err != nil || !aws.ToBool(page.IsTruncated) {
				return
			}
			in.ContinuationToken = page.NextContinuationToken
		}
	}
}
