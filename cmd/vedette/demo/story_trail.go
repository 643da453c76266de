package demo

import (
	"fmt"
	"strings"
	"time"
)

// backdoor is the user that story 3 creates and story 4 uses.
const backdoor = "svc-metrics"

const admin = "arn:aws:iam::aws:policy/AdministratorAccess"

// leakedKey: the key of ci-deploy is used from abroad.
func (s *script) leakedKey() {
	address := s.company.pools["story-leaked-key"].at(4)
	s.begin(Story{ID: "leaked-key", Title: "Leaked access key used from abroad", Account: production, Region: "eu-central-1",
		Actors: []string{"ci-deploy"}, Addresses: []string{address}})
	who := user(production, "ci-deploy")
	who.address, who.agent = address, agentBoto
	a := &actor{script: s, who: who, region: "eu-central-1", at: s.now.Add(-9 * time.Hour)}
	a.do(0, "sts", "GetCallerIdentity", read(""))
	for _, name := range strings.Fields(`s3:ListBuckets ec2:DescribeInstances ec2:DescribeVpcs ec2:DescribeSecurityGroups ec2:DescribeSnapshots
		ec2:DescribeKeyPairs rds:DescribeDBInstances lambda:ListFunctions20150331 iam:ListUsers iam:ListRoles iam:ListPolicies
		iam:GetAccountAuthorizationDetails secretsmanager:ListSecrets ssm:DescribeParameters kms:ListKeys ecs:ListClusters
		dynamodb:ListTables organizations:DescribeOrganization`) {
		source, name, _ := strings.Cut(name, ":")
		a.do(9*time.Second, source, name, read(""))
	}
	a.at = s.now.Add(-8*time.Hour - 50*time.Minute)
	for i := range 24 {
		source, name, _ := strings.Cut([]string{"iam:CreateUser", "iam:AttachUserPolicy", "sts:AssumeRole", "ec2:CreateKeyPair", "iam:GetLoginProfile", "cloudtrail:DescribeTrails"}[i%6], ":")
		params := ""
		if source == "iam" { // a refused AssumeRole, for one, tells no parameters
			params = `{"userName":"support-` + fmt.Sprint(i/6) + `"}`
		}
		then := write(params, "")
		if strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "Describe") || name == "AssumeRole" {
			then = read(params)
		}
		a.do(8*time.Second, source, name, refused(then))
	}
	a.at = s.now.Add(-8*time.Hour - 42*time.Minute)
	for i := range 20 {
		a.do(11*time.Second, "secretsmanager", "GetSecretValue", read(fmt.Sprintf(`{"secretId":"prod/partner-%02d/credentials"}`, i)))
	}
	a.do(time.Minute, "ses", "GetSendQuota", read(""))
	a.at = s.now.Add(-8*time.Hour - 26*time.Minute)
	a.region = "us-east-1"
	for range 2 {
		a.do(30*time.Second, "ec2", "RunInstances", refused(write(`{"instancesSet":{"items":[{"imageId":"$ami","minCount":4,"maxCount":4}]},"instanceType":"p4d.24xlarge","disableApiTermination":false}`, "")))
	}
}

// consoleBruteForce: somebody guesses the password of omar.haddad.
func (s *script) consoleBruteForce() {
	address := s.company.pools["story-console"].at(4)
	d := s.begin(Story{ID: "console-brute-force", Title: "Console brute force that succeeds", Account: production, Region: "eu-central-1",
		Actors: []string{"omar.haddad"}, Addresses: []string{address}})
	who := user(production, "omar.haddad")
	who.address, who.agent, who.renew = address, agentFirefox, 12*time.Hour
	at := s.now.Add(-6*time.Hour - 30*time.Minute)
	for range 3 {
		hidden := who
		hidden.name, hidden.principal = "HIDDEN_DUE_TO_SECURITY_REASONS", ""
		c := signIn(hidden, at, false)
		c.message = "No username found in supplied account"
		s.call(c)
		at = at.Add(20 * time.Second)
	}
	for at = s.now.Add(-6*time.Hour - 24*time.Minute); s.stories[len(s.stories)-1].Events < 47; {
		s.call(signIn(who, at, false))
		at = at.Add(time.Duration(9+d.IntN(9)) * time.Second)
	}
	s.call(signIn(who, at, true))
	a := &actor{script: s, who: who, region: "eu-central-1", at: at.Add(20 * time.Second)}
	for _, name := range strings.Fields("s3:ListBuckets ec2:DescribeInstances iam:GetUser iam:ListAttachedUserPolicies rds:DescribeDBInstances s3:ListBuckets") {
		source, name, _ := strings.Cut(name, ":")
		a.do(14*time.Second, source, name, func(c *call) { c.console = true })
	}
}

// privilegeEscalation: pavel.novak makes himself an administrator and leaves a back door.
func (s *script) privilegeEscalation() {
	address := s.company.pools["story-escalation"].at(4)
	s.begin(Story{ID: "privilege-escalation", Title: "Privilege escalation to administrator, with a back door", Account: production, Region: "us-east-1",
		Actors: []string{"pavel.novak"}, Addresses: []string{address}})
	who := user(production, "pavel.novak")
	who.address, who.agent = address, agentCLI
	a := &actor{script: s, who: who, region: "us-east-1", at: s.now.Add(-5 * time.Hour)}
	policy := "arn:aws:iam::" + production + ":policy/developer-sandbox"
	a.do(0, "iam", "ListAttachedUserPolicies", read(`{"userName":"pavel.novak"}`))
	a.do(25*time.Second, "iam", "AttachUserPolicy", refused(write(`{"userName":"pavel.novak","policyArn":"`+admin+`"}`, "")))
	a.do(40*time.Second, "iam", "GetPolicyVersion", read(`{"policyArn":"`+policy+`","versionId":"v3"}`))
	a.do(70*time.Second, "iam", "CreatePolicyVersion", write(
		`{"policyArn":"`+policy+`","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}","setAsDefault":true}`,
		`{"policyVersion":{"versionId":"v4","isDefaultVersion":true,"createDate":"$date"}}`))
	a.do(35*time.Second, "iam", "AttachUserPolicy", write(`{"userName":"pavel.novak","policyArn":"`+admin+`"}`, ""))
	door := user(production, backdoor)
	a.do(130*time.Second, "iam", "CreateUser", write(`{"userName":"`+backdoor+`","tags":[{"key":"team","value":"platform"}]}`,
		`{"user":{"path":"/","userName":"`+backdoor+`","userId":"`+door.principal+`","arn":"`+door.arn()+`","createDate":"$date"}}`))
	a.do(15*time.Second, "iam", "AttachUserPolicy", write(`{"userName":"`+backdoor+`","policyArn":"`+admin+`"}`, ""))
	a.do(20*time.Second, "iam", "CreateAccessKey", write(`{"userName":"`+backdoor+`"}`,
		`{"accessKey":{"userName":"`+backdoor+`","accessKeyId":"`+door.key+`","status":"Active","createDate":"$date"}}`))
	a.do(30*time.Second, "iam", "CreateLoginProfile", write(`{"userName":"`+backdoor+`","passwordResetRequired":false}`,
		`{"loginProfile":{"userName":"`+backdoor+`","createDate":"$date","passwordResetRequired":false}}`))
	a.do(40*time.Second, "iam", "ListUsers", read(""))
}

// trailStopped: the back door's user puts out the lights.
func (s *script) trailStopped() {
	address := s.company.pools["story-trail"].at(4)
	s.begin(Story{ID: "trail-stopped", Title: "CloudTrail stopped and log protection weakened", Account: production, Region: "eu-central-1",
		Actors: []string{backdoor}, Addresses: []string{address}})
	who := user(production, backdoor)
	who.address, who.agent = address, agentBoto
	a := &actor{script: s, who: who, region: "eu-central-1", at: s.now.Add(-4*time.Hour - 30*time.Minute)}
	trail := "arn:aws:cloudtrail:eu-central-1:" + production + ":trail/larkspur-trail"
	a.do(0, "sts", "GetCallerIdentity", read(""))
	a.do(20*time.Second, "cloudtrail", "DescribeTrails", read(`{"trailNameList":[],"includeShadowTrails":true}`))
	a.do(30*time.Second, "cloudtrail", "StopLogging", write(`{"name":"`+trail+`"}`, ""))
	a.do(45*time.Second, "cloudtrail", "PutEventSelectors", write(
		`{"trailName":"larkspur-trail","eventSelectors":[{"readWriteType":"All","includeManagementEvents":false,"dataResources":[]}]}`,
		`{"trailARN":"`+trail+`","eventSelectors":[{"readWriteType":"All","includeManagementEvents":false,"dataResources":[]}]}`))
	a.do(50*time.Second, "cloudtrail", "DeleteTrail", refused(write(`{"name":"arn:aws:cloudtrail:eu-central-1:`+security+`:trail/organization"}`, "")))
	a.do(60*time.Second, "ec2", "DeleteFlowLogs", refused(write(`{"DeleteFlowLogsRequest":{"FlowLogId":{"tag":1,"content":"fl-0`+fixed("fl/"+production+"eu-central-1", hexDigits, 16)+`"}}}`, "")))
	a.do(40*time.Second, "guardduty", "DeleteDetector", write(`{"detectorId":"`+fixed("detector", hexDigits, 32)+`"}`, ""))
	a.do(90*time.Second, "s3", "PutBucketLifecycle", write(
		`{"bucketName":"larkspur-logs","Host":"larkspur-logs.s3.eu-central-1.amazonaws.com","lifecycle":"","LifecycleConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","Rule":{"ID":"cleanup","Status":"Enabled","Filter":{"Prefix":""},"Expiration":{"Days":1}}}}`, ""))
	a.do(50*time.Second, "cloudtrail", "GetTrailStatus", read(`{"name":"larkspur-trail"}`))
	s.restart(trail)
}

// restart is the answer of the security team to story 4; it is not counted as part of it.
func (s *script) restart(trail string) {
	for _, p := range s.company.people {
		if p.name != "sara.lindqvist" {
			continue
		}
		who := p.caller(workday{address: p.addresses[0]}, production)
		s.calls = append(s.calls, call{
			at: s.now.Add(-4*time.Hour - 5*time.Minute), account: production, region: "eu-central-1", who: who, console: true,
			source: "cloudtrail", name: "StartLogging", write: true, params: `{"name":"` + trail + `"}`,
		})
	}
}
