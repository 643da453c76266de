package awsaccess

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// A Kind is what an error means for a source.
type Kind string

// The kinds of errors.
const (
	// Throttled: slow down, and it will go on.
	Throttled Kind = "throttled"
	// Credentials: there are none, they have expired, or are not known.
	Credentials Kind = "credentials"
	// Denied: the credentials may not do this.
	Denied Kind = "denied"
	// Missing: what is asked for is not there.
	Missing Kind = "missing"
	// WrongRegion: it lies elsewhere; Error.Region says where, if that is known.
	WrongRegion Kind = "wrong region"
	// Unavailable: the service or the way to it fails.
	Unavailable Kind = "unavailable"
	// Refused is any other answer.
	Refused Kind = "refused"
)

// Global says that every other call would fail now too, so that nothing is wrong with what this one was about.
func (k Kind) Global() bool { return k == Throttled || k == Credentials }

// An Error is a call of AWS's API that failed.
type Error struct {
	// Call is such as `s3:GetObject`, On what it was about, such as `s3://bucket/key`.
	Call, On string
	Kind     Kind
	// Action is the permission that is missing, for Denied.
	Action string
	// Region is where it lies instead, for WrongRegion; may be empty.
	Region string
	cause  error
}

// permissions are the calls whose permission has another name (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html).
var permissions = map[string]string{"s3:ListObjectsV2": "s3:ListBucket", "s3:HeadObject": "s3:GetObject", "sqs:GetQueueUrl": "sqs:GetQueueUrl",
	"sqs:DeleteMessageBatch": "sqs:DeleteMessage", "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility"}

// codes are those whose status does not say what they mean (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList).
var codes = map[string]Kind{
	"ExpiredToken": Credentials, "ExpiredTokenException": Credentials, "RequestExpired": Credentials, "TokenRefreshRequired": Credentials, "InvalidToken": Credentials,
	"InvalidAccessKeyId": Credentials, "InvalidClientTokenId": Credentials, "UnrecognizedClientException": Credentials, "SignatureDoesNotMatch": Credentials, "RequestTimeTooSkewed": Credentials,
	"AccessDenied": Denied, "AccessDeniedException": Denied, "AllAccessDisabled": Denied, "KMS.AccessDeniedException": Denied,
	"NoSuchKey": Missing, "NoSuchBucket": Missing, "NoSuchVersion": Missing, "NotFound": Missing, "QueueDoesNotExist": Missing, "AWS.SimpleQueueService.NonExistentQueue": Missing,
	"RequestTimeout": Unavailable, "RequestTimeoutException": Unavailable, "InvalidObjectState": Refused, "PermanentRedirect": WrongRegion, "AuthorizationHeaderMalformed": WrongRegion, "IllegalLocationConstraintException": WrongRegion,
}

var missingAction = regexp.MustCompile(`not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)`)

// Explain makes an Error of what the SDK returned for a call. Nil and errors of the context pass through.
func Explain(ctx context.Context, call, on string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	e := &Error{Call: call, On: on, cause: err, Kind: kindOf(err)}
	var answer *smithyhttp.ResponseError
	if e.Kind == WrongRegion && errors.As(err, &answer) {
		e.Region = answer.Response.Header.Get("X-Amz-Bucket-Region")
	}
	if e.Kind == Denied {
		e.Action = call
		if name := permissions[call]; name != "" {
			e.Action = name
		}
		if m := missingAction.FindStringSubmatch(err.Error()); m != nil {
			e.Action = m[1]
		}
	}
	return e
}

func kindOf(err error) Kind {
	var answer smithy.APIError
	if errors.As(err, new(*credentialsError)) {
		return Credentials
	}
	if errors.As(err, &answer) {
		if kind, ok := codes[answer.ErrorCode()]; ok {
			return kind
		}
		if _, ok := retry.DefaultThrottleErrorCodes[answer.ErrorCode()]; ok {
			return Throttled
		}
	}
	return kindOfStatus(err)
}

func kindOfStatus(err error) Kind {
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) {
		return Unavailable
	}
	switch status := answer.HTTPStatusCode(); {
	case status == http.StatusMovedPermanently || status == http.StatusTemporaryRedirect:
		return WrongRegion
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return Denied
	case status == http.StatusNotFound:
		return Missing
	case status == http.StatusTooManyRequests:
		return Throttled
	case status >= http.StatusInternalServerError:
		return Unavailable
	}
	return Refused
}

// Error names the call and what to do.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s on %s: %s", e.Call, e.On, e.reason())
	switch e.Kind {
	case Denied:
		return text + "; give the role " + e.Action + " ('vedette sources policy reader' prints a policy)"
	case Credentials:
		return text + "; look at the credentials that AWS's chain finds (environment, ~/.aws, role of the instance) and at the clock"
	case Throttled:
		return text + "; AWS asks to slow down"
	case WrongRegion:
		if e.Region != "" {
			return text + "; it lies in " + e.Region
		}
		return text + "; set the source's region"
	}
	return text
}

// reason is the answer's own words, without the SDK's around them.
func (e *Error) reason() string {
	var answer smithy.APIError
	if errors.As(e.cause, &answer) && answer.ErrorMessage() != "" {
		return answer.ErrorCode() + ": " + answer.ErrorMessage()
	}
	return e.cause.Error()
}

// Unwrap is the SDK's error.
func (e *Error) Unwrap() error { return e.cause }

// KindOf is the kind of an error that holds an Error, or empty.
func KindOf(err error) Kind {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Kind
	}
	return ""
}
