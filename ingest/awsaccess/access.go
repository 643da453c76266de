// Package awsaccess is how the sources on AWS get in: credentials by the SDK's ordinary chain (environment, shared files, container, instance), a role assumed
// with an external id, region and endpoint; and what went wrong, told as the API call, the state it puts a source in, and the permission that is missing (Error).
package awsaccess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Access says how to reach AWS or what speaks like it. The zero value is the SDK's ordinary chain.
type Access struct {
	// Region of the calls; empty leaves it to the chain, and then to DefaultRegion. The region of a bucket is found out where this one is wrong.
	Region string `yaml:"region,omitempty" json:"region,omitempty"`
	// Endpoint is a URL in the place of AWS's own, for S3 and SQS both.
	Endpoint string `yaml:"endpoint,omitempty" json:"endpoint,omitempty"`
	// Profile of the shared files.
	Profile string `yaml:"profile,omitempty" json:"profile,omitempty"`
	// RoleARN is a role to assume, with ExternalID if its trust policy asks for one.
	RoleARN    string `yaml:"assume-role,omitempty" json:"assume-role,omitempty"`
	ExternalID string `yaml:"external-id,omitempty" json:"external-id,omitempty"`
	// PathStyle puts the bucket into the path of S3's URLs, as most servers that are not AWS want it.
	PathStyle bool `yaml:"path-style,omitempty" json:"path-style,omitempty"`
	// FIPS asks the endpoints that are validated by FIPS 140.
	FIPS bool `yaml:"fips,omitempty" json:"fips,omitempty"`

	// MaxBackoff is the longest pause between the attempts of one call; 0 is 20 s.
	MaxBackoff time.Duration `yaml:"-" json:"-"`
	// AnswerTimeout is how long a call waits for its answer to begin; 0 is DefaultAnswerTimeout. The SDK would wait for ever.
	AnswerTimeout time.Duration `yaml:"-" json:"-"`
}

const (
	// DefaultRegion is where a call goes that nobody gave a region; S3 answers from there where a bucket lies.
	DefaultRegion = "us-east-1"
	// DefaultAnswerTimeout is longer than the 20 s that a queue without messages takes to answer.
	DefaultAnswerTimeout = time.Minute
	// attempts of one call before its error is told. Sources go on trying after that, more slowly.
	attempts    = 5
	sessionName = "vedette"
)

// Check says what of an Access cannot be, without asking anybody.
func (a Access) Check() error {
	if a.Endpoint != "" {
		if u, err := url.Parse(a.Endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("endpoint %q: must be a URL, such as https://s3.example.com", a.Endpoint)
		}
	}
	if a.ExternalID != "" && a.RoleARN == "" {
		return errors.New("external-id goes with assume-role: give the role's ARN too")
	}
	return nil
}

// Config finds the way in. It reads files and may ask the instance for its region; credentials are asked for by the first call.
func (a Access) Config(ctx context.Context) (aws.Config, error) {
	if err := a.Check(); err != nil {
		return aws.Config{}, err
	}
	options := []func(*config.LoadOptions) error{config.WithRetryer(a.retryer), config.WithHTTPClient(a.client())}
	if a.Region != "" {
		options = append(options, config.WithRegion(a.Region))
	}
	if a.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(a.Profile))
	}
	if a.Endpoint != "" {
		options = append(options, config.WithBaseEndpoint(a.Endpoint))
	}
	if a.FIPS {
		options = append(options, config.WithUseFIPSEndpoint(aws.FIPSEndpointStateEnabled))
	}
	c, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("load AWS configuration: %w", err)
	}
	if c.Region == "" {
		c.Region = DefaultRegion
	}
	if a.RoleARN != "" {
		c.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(c), a.RoleARN, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = sessionName
			if a.ExternalID != "" {
				o.ExternalID = aws.String(a.ExternalID)
			}
		}))
	}
	c.Credentials = told{c.Credentials}
	return c, nil
}

// client is the SDK's own, which reads AWS_CA_BUNDLE, with an end to its patience.
func (a Access) client() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.ResponseHeaderTimeout = cmp.Or(a.AnswerTimeout, DefaultAnswerTimeout) })
}

// retryer waits with jitter between attempts (https://docs.aws.amazon.com/sdk-for-go/v2/developer-guide/configure-retries-timeouts.html).
func (a Access) retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		if a.MaxBackoff > 0 {
			o.MaxBackoff = a.MaxBackoff
		}
	})
}

// S3 makes a client of S3.
func (a Access) S3(c aws.Config) *s3.Client {
	return s3.NewFromConfig(c, func(o *s3.Options) {
		o.UsePathStyle = a.PathStyle
		// Ranges carry no checksums, and not every server knows them; gzip has its own.
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
		o.DisableLogOutputChecksumValidationSkipped = true
	})
}

// SQS makes a client of SQS.
func (a Access) SQS(c aws.Config) *sqs.Client { return sqs.NewFromConfig(c) }

// told marks errors of getting credentials as such.
type told struct{ aws.CredentialsProvider }

func (p told) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := p.CredentialsProvider.Retrieve(ctx)
	if err != nil && ctx.Err() == nil {
		err = &credentialsError{err}
	}
	return c, err
}

type credentialsError struct{ err error }

func (e *credentialsError) Error() string { return "get credentials: " + e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }
