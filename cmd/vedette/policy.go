package main

import (
	"encoding/json"
	"fmt"
)

// sourcesPolicyCmd prints what AWS must allow, for IAM or the queue.
type sourcesPolicyCmd struct {
	Kind   string `arg:"" enum:"reader,queue,queue-attributes" help:"reader (user or role that reads bucket and queue), queue (lets the bucket send to the queue) or queue-attributes (that, as 'aws sqs create-queue --attributes' takes it)."`
	Bucket string `help:"Name of the bucket." default:"BUCKET"`
	Queue  string `help:"ARN of the queue." default:"arn:aws:sqs:REGION:ACCOUNT:QUEUE"`
	Key    string `help:"ARN of the KMS key of the objects, if there is one." placeholder:"ARN"`
}

// statement is one of a policy (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html).
type statement struct {
	Effect    string
	Principal any `json:",omitempty"`
	Action    any
	Resource  string
	Condition any `json:",omitempty"`
}

// Run prints the policy.
func (c *sourcesPolicyCmd) Run(e *environment) error {
	text, err := json.MarshalIndent(map[string]any{"Version": "2012-10-17", "Statement": c.statements()}, "", "  ")
	if err == nil && c.Kind == "queue-attributes" {
		text, err = json.MarshalIndent(queueAttributes(text), "", "  ")
	}
	if err == nil {
		_, err = fmt.Fprintf(e.stdout, "%s\n", text)
	}
	return err
}

// queueAttributes are those of a queue for notifications: it keeps them for the 14 days that are the most, so that a server may be away, and gives the reader five minutes for each
// message, which it prolongs while it works (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html).
func queueAttributes(policy []byte) map[string]string {
	return map[string]string{"Policy": string(policy), "MessageRetentionPeriod": "1209600", "VisibilityTimeout": "300"}
}

func (c *sourcesPolicyCmd) statements() []statement {
	bucket := "arn:aws:s3:::" + c.Bucket
	if c.Kind != "reader" { // https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
		return []statement{{Effect: "Allow", Principal: map[string]string{"Service": "s3.amazonaws.com"}, Action: "sqs:SendMessage", Resource: c.Queue,
			Condition: map[string]any{"ArnLike": map[string]string{"aws:SourceArn": bucket}}}}
	}
	all := []statement{
		{Effect: "Allow", Action: "s3:GetObject", Resource: bucket + "/*"},
		{Effect: "Allow", Action: "s3:ListBucket", Resource: bucket},
		{Effect: "Allow", Action: []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"}, Resource: c.Queue},
	}
	if c.Key != "" {
		all = append(all, statement{Effect: "Allow", Action: "kms:Decrypt", Resource: c.Key})
	}
	return all
}
