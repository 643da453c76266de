package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/ingest/filesource"
	"github.com/vedette-siem/vedette/ingest/s3source"
)

// bucketFlags are those of loading from S3.
type bucketFlags struct {
	Since         string `help:"First day to load from S3, such as 2026-11-01 (UTC)." placeholder:"DAY"`
	Until         string `help:"Last day to load from S3." placeholder:"DAY"`
	Estimate      bool   `help:"Only say how much there is to load from S3 and what that costs."`
	Region        string `help:"Region of AWS's calls; that of the bucket is found out." placeholder:"REGION"`
	Endpoint      string `help:"URL of a server that speaks as S3 does, in the place of AWS." placeholder:"URL"`
	PathStyle     bool   `help:"Put the bucket into the path, as most servers that are not AWS want it."`
	AssumeRole    string `help:"ARN of a role to read S3 with." placeholder:"ARN"`
	ExternalID    string `name:"external-id" help:"External id that the role asks for." placeholder:"ID"`
	RequesterPays bool   `help:"Agree to pay for reading a bucket of another account."`
}

// Prices of AWS in us-east-1 in US dollars; other regions differ a little (https://aws.amazon.com/s3/pricing/).
const (
	pricePerGet      = 0.0004 / 1000
	pricePerGBToHere = 0.09 // outside of AWS; nothing within the bucket's region
)

// source makes the source of the paths: of files and folders, or of one place in S3.
func (c *loadCmd) source(e *environment) (ingest.Source, error) {
	place, ok := strings.CutPrefix(c.Paths[0], "s3://")
	if !ok {
		return filesource.New(c.Paths, filesource.Options{Format: ingest.Format(c.Format), FlowFormat: c.FlowFormat})
	}
	if len(c.Paths) > 1 {
		return nil, wrongUse{errors.New("load: give one s3:// at a time")}
	}
	since, err := c.day("--since", c.Since)
	if err != nil {
		return nil, err
	}
	until, err := c.day("--until", c.Until)
	if err != nil {
		return nil, err
	}
	a := awsaccess.Access{Region: c.Region, Endpoint: c.Endpoint, PathStyle: c.PathStyle, RoleARN: c.AssumeRole, ExternalID: c.ExternalID}
	if err := a.Check(); err != nil {
		return nil, wrongUse{err}
	}
	config, err := a.Config(e.ctx)
	if err != nil {
		return nil, err
	}
	client := s3source.NewClient(a.S3(config))
	client.RequesterPays = c.RequesterPays
	bucket, prefix, _ := strings.Cut(place, "/")
	src, err := s3source.New(client, s3source.Options{Bucket: bucket, Prefix: prefix, Format: ingest.Format(c.Format), FlowFormat: c.FlowFormat})
	if err != nil {
		return nil, wrongUse{err}
	}
	src.Between(since, until)
	return &s3source.Measured{Source: src}, nil
}

func (c *loadCmd) day(flag, text string) (day time.Time, err error) {
	if text == "" {
		return day, nil
	}
	if day, err = time.Parse(time.DateOnly, text); err != nil {
		err = wrongUse{fmt.Errorf("%s %q: must be a day, such as 2026-11-01", flag, text)}
	}
	return day, err
}

// estimate says what a load from S3 will cost, before it begins.
func (c *loadCmd) estimate(e *environment, src ingest.Source) error {
	m, ok := src.(*s3source.Measured)
	if !ok {
		return nil
	}
	objects, bytes, err := m.Measure(e.ctx)
	if err != nil {
		return err
	}
	gb := float64(bytes) / 1e9
	fmt.Fprintf(e.stdout, "%d objects, %.3f GB: about $%.2f for requests, and $%.2f for traffic unless this machine is in the bucket's region\n",
		objects, gb, float64(objects)*pricePerGet, gb*pricePerGBToHere)
	return nil
}
