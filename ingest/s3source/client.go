// Package s3source reads objects of S3, or of what speaks like it: Client opens one, Source lists those of a bucket by prefix and day, for polling and for loading
// the past. It remembers no objects: ingest.Checkpoints do. It writes nothing to AWS.
package s3source

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vedette-siem/vedette/ingest/awsaccess"
)

// API is what is asked of S3; *s3.Client is one.
type API interface {
	ListObjectsV2(context.Context, *s3.ListObjectsV2Input, ...func(*s3.Options)) (*s3.ListObjectsV2Output, error)
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// A Client reads buckets in any region. It is safe for concurrent use.
type Client struct {
	api API
	// RequesterPays agrees to pay for buckets that ask for it. Set it before use.
	RequesterPays bool
	// Pause waits before attempt n (from 1) to read on; nil is a pause with jitter. Set it before use.
	Pause func(ctx context.Context, n int) error
	// Stall is how long reading waits for the next bytes before it takes the connection for broken; 0 is a minute. Set it before use.
	Stall time.Duration

	mu      sync.Mutex
	regions map[string]string // by bucket, where that is not the client's own
}

// NewClient makes a client of an S3.
func NewClient(api API) *Client { return &Client{api: api, regions: make(map[string]string)} }

// in makes a call in the bucket's region, which S3 tells when it is asked in another
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html).
func (c *Client) in(bucket string, f func(...func(*s3.Options)) error) error {
	c.mu.Lock()
	region := c.regions[bucket]
	c.mu.Unlock()
	err := f(inRegion(region)...)
	var e *awsaccess.Error
	if !errors.As(err, &e) || e.Kind != awsaccess.WrongRegion || e.Region == "" || e.Region == region {
		return err
	}
	c.mu.Lock()
	c.regions[bucket] = e.Region
	c.mu.Unlock()
	return f(inRegion(e.Region)...)
}

func inRegion(region string) []func(*s3.Options) {
	if region == "" {
		return nil
	}
	return []func(*s3.Options){func(o *s3.Options) { o.Region = region }}
}
