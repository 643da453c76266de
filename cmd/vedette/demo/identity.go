package demo

import "time"

// The types of CloudTrail's userIdentity that the demo knows. Events of AWS itself may have none.
const (
	typeRoot        = "Root"
	typeUser        = "IAMUser"
	typeRole        = "AssumedRole"
	typeService     = "AWSService"
	typeAccount     = "AWSAccount"
	typeWebIdentity = "WebIdentityUser"
	typeUnknown     = "Unknown"
	typeNone        = ""
)

// identity is one caller of AWS, as CloudTrail's userIdentity tells it.
type identity struct {
	kind      string
	name      string        // user or role name
	session   string        // name of the role session
	account   string        // the caller's account
	principal string        // AIDA…, AROA…: what the type asks for
	key       string        // long-lived access key of a user; sessions have one per session
	mfa       bool          // of the session
	renew     time.Duration // length of a session; 0: the caller uses its long-lived key
	invokedBy string        // the AWS service that calls, for AWSService and for no type
	provider  string        // identity provider of a WebIdentityUser
	address   string        // usual sourceIPAddress
	agent     string        // usual userAgent
}

// user is an IAM user with a long-lived access key. Ids depend on name and account only.
func user(account, name string) identity {
	return identity{
		kind: typeUser, name: name, account: account,
		principal: "AIDA" + fixed("user/"+account+name, base32Digits, 10) + "EXAMPLE",
		key:       accessKey("AKIA", account+name),
	}
}

// role is a session of an IAM role.
func role(account, name, session string) identity {
	return identity{
		kind: typeRole, name: name, session: session, account: account, renew: 6 * time.Hour,
		principal: "AROA" + fixed("role/"+account+name, base32Digits, 10) + "EXAMPLE",
	}
}

// service is an AWS service that calls on the account's behalf.
func service(host string) identity {
	return identity{kind: typeService, invokedBy: host, address: host, agent: host}
}

// accessKey gives an access key id of the given kind that says of itself that it is none.
func accessKey(prefix, name string) string {
	return prefix + fixed("key/"+name, base32Digits, 9) + "EXAMPLE"
}

// arn of the caller; empty where CloudTrail gives none.
func (who *identity) arn() string {
	switch who.kind {
	case typeRoot:
		return "arn:aws:iam::" + who.account + ":root"
	case typeUser:
		return "arn:aws:iam::" + who.account + ":user/" + who.name
	case typeRole:
		return "arn:aws:sts::" + who.account + ":assumed-role/" + who.name + "/" + who.session
	}
	return ""
}

// appendIdentity appends the userIdentity of a call at a time.
func appendIdentity(b []byte, c *call) []byte {
	who := &c.who
	b = append(b, '{')
	switch who.kind {
	case typeNone:
		b = member(append(b, `"accountId":"`+c.account+`"`...), "invokedBy", who.invokedBy)
	case typeService:
		b = member(append(b, `"type":"AWSService"`...), "invokedBy", who.invokedBy)
	case typeAccount:
		b = member(append(b, `"type":"AWSAccount"`...), "principalId", who.principal)
		b = member(b, "accountId", who.account)
	case typeWebIdentity:
		b = member(append(b, `"type":"WebIdentityUser"`...), "principalId", who.provider+":sts.amazonaws.com:"+who.name)
		b = member(member(b, "userName", who.name), "identityProvider", who.provider)
	case typeUnknown:
		b = append(b, `"type":"Unknown"`...)
		b = member(member(b, "principalId", who.account), "arn", "")
		b = member(member(member(b, "accountId", who.account), "accessKeyId", ""), "userName", who.name)
	default:
		b = appendPerson(b, c)
	}
	return append(b, '}')
}

// appendPerson appends the members of Root, IAMUser and AssumedRole. A sign-in by password knows no access key yet,
// and a refused one no ARN: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
func appendPerson(b []byte, c *call) []byte {
	who := &c.who
	b = append(b, `"type":"`+who.kind+`"`...)
	principal := who.principal
	switch who.kind {
	case typeRole:
		principal += ":" + who.session
	case typeRoot:
		principal = who.account
	}
	b = member(b, "principalId", principal)
	password := c.eventType == "AwsConsoleSignIn" && who.kind != typeRole
	refused := password && c.message != ""
	if !refused {
		b = member(b, "arn", who.arn())
	}
	b = member(b, "accountId", who.account)
	key, created := who.credentials(c.at)
	switch {
	case refused:
		b = member(b, "accessKeyId", "")
	case !password:
		b = member(b, "accessKeyId", key)
	}
	if who.kind == typeUser {
		b = member(b, "userName", who.name)
	}
	if who.renew == 0 || password {
		return b
	}
	b = append(b, `,"sessionContext":{"sessionIssuer":{`...)
	if who.kind == typeRole {
		b = append(b, `"type":"Role"`...)
		b = member(member(b, "principalId", who.principal), "arn", roleARN(who.account, who.name))
		b = member(member(b, "accountId", who.account), "userName", who.name)
	}
	b = append(b, `},"webIdFederationData":{},"attributes":{"creationDate":"`...)
	b = created.AppendFormat(b, time.RFC3339)
	if who.mfa {
		b = append(b, `","mfaAuthenticated":"true"}`...)
	} else {
		b = append(b, `","mfaAuthenticated":"false"}`...)
	}
	if len(who.session) > 2 && who.session[:2] == "i-" {
		b = append(b, `,"ec2RoleDelivery":"2.0"`...)
	}
	return append(b, '}')
}

// credentials returns the access key in use at a time and the creation of its session.
func (who *identity) credentials(at time.Time) (key string, created time.Time) {
	if who.renew == 0 {
		return who.key, at
	}
	name := who.account + who.name + who.session
	shift := time.Duration(newDice(0, "session/"+name, 0).Int64N(int64(who.renew)))
	created = at.Add(-shift).Truncate(who.renew).Add(shift).Truncate(time.Second)
	return accessKey("ASIA", name+created.Format(time.RFC3339)), created
}

func roleARN(account, name string) string {
	if len(name) > 14 && name[:14] == "AWSReservedSSO" {
		name = "aws-reserved/sso.amazonaws.com/eu-central-1/" + name
	}
	return "arn:aws:iam::" + account + ":role/" + name
}

// member appends a further member of an object; the value must need no escaping.
func member(b []byte, name, value string) []byte {
	b = append(append(b, `,"`...), name...)
	b = append(append(b, `":"`...), value...)
	return append(b, '"')
}
