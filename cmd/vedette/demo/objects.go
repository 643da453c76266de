package demo

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// objects writes files under keys as AWS names them. Keys that end in .gz are compressed.
type objects struct {
	dir  string
	made map[string]bool // folders that exist
	gzip *gzip.Writer
	out  bytes.Buffer
}

func newObjects(dir string) *objects {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return &objects{dir: dir, made: map[string]bool{}, gzip: z}
}

// put writes one object. The file is not synced: the demo can be made again.
func (o *objects) put(key string, body []byte) error {
	path := filepath.Join(o.dir, filepath.FromSlash(key))
	if folder := filepath.Dir(path); !o.made[folder] {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("make folder of object: %w", err)
		}
		o.made[folder] = true
	}
	if strings.HasSuffix(key, ".gz") {
		o.out.Reset()
		o.gzip.Reset(&o.out)
		if _, err := o.gzip.Write(body); err != nil {
			return fmt.Errorf("compress object %q: %w", key, err)
		}
		if err := o.gzip.Close(); err != nil {
			return fmt.Errorf("compress object %q: %w", key, err)
		}
		body = o.out.Bytes()
	}
	if err := os.WriteFile(path, body, 0o644); err != nil {
		return fmt.Errorf("write object: %w", err)
	}
	return nil
}

const minuteStamp = "20060102T1504Z"

// trailKey: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
func trailKey(account, region string, at time.Time, d dice) string {
	return "AWSLogs/" + account + "/CloudTrail/" + region + at.Format("/2006/01/02/") +
		account + "_CloudTrail_" + region + at.Format("_"+minuteStamp+"_") + d.text(alnumDigits, 16) + ".json.gz"
}

// flowKey: the time is that of the first end: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html
func flowKey(n *network, at time.Time, d dice) string {
	return "AWSLogs/" + n.account + "/vpcflowlogs/" + n.region + at.Format("/2006/01/02/") +
		n.account + "_vpcflowlogs_" + n.region + "_" + n.log + at.Format("_"+minuteStamp+"_") + d.text(hexDigits, 8) + ".log.gz"
}

// webKey: the time is the end of the interval:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
func webKey(b *balancer, node int, at time.Time, d dice) string {
	ext := ".log.gz"
	if b.classic {
		ext = ".log"
	}
	return "AWSLogs/" + b.account + "/elasticloadbalancing/" + b.region + at.Format("/2006/01/02/") +
		b.account + "_elasticloadbalancing_" + b.region + "_" + b.key + at.Format("_"+minuteStamp+"_") +
		b.nodes[node] + "_" + d.text(alnumDigits, 8) + ext
}
