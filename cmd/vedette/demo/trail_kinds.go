package demo

import (
	"strconv"
	"strings"
)

// catalogue holds a prototype of every background call by "service:Name".
type catalogue map[string]call

// add enters one call. Flags: w writes, d data event, g recorded in us-east-1 as the global services are.
func (k catalogue) add(source, name, flags, params, response, resource string) {
	c := call{source: source, name: name, params: params, response: response, resource: resource}
	c.write = strings.Contains(flags, "w")
	c.data = strings.Contains(flags, "d")
	if strings.Contains(flags, "g") {
		c.region = "us-east-1"
	}
	k[source+":"+name] = c
}

const (
	credentials = `"credentials":{"accessKeyId":"$asia","sessionToken":"$token","expiration":"$later"}`
	s3Host      = `"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com"`
	tagList     = `"tags":[{"key":"team","value":"platform"},{"key":"build","value":"$num"}]`
	returned    = `{"requestId":"$uuid","_return":true}`
)

// callKinds returns the calls of an ordinary day. What CloudTrail is inconsistent about stays so: tags are a list
// here and an object there, maxResults a number and a text, disableApiTermination a boolean and an object.
func callKinds() catalogue {
	k := catalogue{}
	k.addStorage()
	k.addCompute()
	k.addIdentity()
	k.addOperations()
	return k
}

func (k catalogue) addStorage() {
	k.add("s3", "GetObject", "d", `{`+s3Host+`,"key":"$key"}`, "", "AWS::S3::Object")
	k.add("s3", "PutObject", "wd", `{`+s3Host+`,"key":"$key","x-amz-acl":"bucket-owner-full-control"}`, `{"x-amz-server-side-encryption":"aws:kms","x-amz-server-side-encryption-aws-kms-key-id":"$kms"}`, "AWS::S3::Object")
	k.add("s3", "HeadObject", "d", `{`+s3Host+`,"key":"$key"}`, "", "AWS::S3::Object")
	k.add("s3", "DeleteObject", "wd", `{`+s3Host+`,"key":"$key"}`, "", "AWS::S3::Object")
	k.add("s3", "ListObjects", "d", `{"list-type":"2",`+s3Host+`,"prefix":"2026/","max-keys":"1000"}`, "", "AWS::S3::Bucket")
	k.add("s3", "ListBuckets", "", `{"Host":"s3.$region.amazonaws.com"}`, "", "")
	k.add("s3", "GetBucketAcl", "", `{`+s3Host+`,"acl":""}`, "", "AWS::S3::Bucket")
	k.add("s3", "GetBucketLocation", "", `{`+s3Host+`,"location":""}`, "", "AWS::S3::Bucket")
	k.add("s3", "GetBucketTagging", "", `{`+s3Host+`,"tagging":""}`, "", "AWS::S3::Bucket")
	k.add("s3", "GetBucketVersioning", "", `{`+s3Host+`,"versioning":""}`, "", "AWS::S3::Bucket")
	k.add("dynamodb", "DescribeTable", "", `{"tableName":"$table"}`, "", "")
	k.add("dynamodb", "ListTables", "", `{"limit":100}`, "", "")
	k.add("kms", "Decrypt", "", `{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::$bucket/$key"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT","keyId":"$kms"}`, "", "AWS::KMS::Key")
	k.add("kms", "GenerateDataKey", "", `{"keySpec":"AES_256","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::$bucket"},"keyId":"$kms"}`, "", "AWS::KMS::Key")
	k.add("kms", "DescribeKey", "", `{"keyId":"$kms"}`, "", "AWS::KMS::Key")
	k.add("secretsmanager", "GetSecretValue", "", `{"secretId":"$secret"}`, "", "")
	k.add("secretsmanager", "DescribeSecret", "", `{"secretId":"$secret"}`, "", "")
	k.add("ssm", "GetParameter", "", `{"name":"$param","withDecryption":false}`, "", "")
	k.add("ssm", "GetParametersByPath", "", `{"path":"/shop/prod/","recursive":true,"withDecryption":false,"maxResults":10}`, "", "")
	k.add("backup", "StartBackupJob", "w", `{"backupVaultName":"nightly","resourceArn":"arn:aws:ec2:$region:$acct:volume/$vol","iamRoleArn":"$role"}`, `{"backupJobId":"$uuid","creationDate":"$date"}`, "")
	k.add("sqs", "GetQueueAttributes", "", `{"queueUrl":"https://sqs.$region.amazonaws.com/$acct/$queue","attributeNames":["All"]}`, "", "")
}

func (k catalogue) addCompute() {
	k.add("ec2", "DescribeInstances", "", `{"maxResults":1000,"instancesSet":{},"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"}]}}]}}`, "", "")
	k.add("ec2", "DescribeInstanceStatus", "", `{"instancesSet":{"items":[{"instanceId":"$inst"}]},"filterSet":{},"includeAllInstances":true}`, "", "")
	k.add("ec2", "DescribeSecurityGroups", "", `{"securityGroupSet":{"items":[{"groupId":"$sg"}]},"securityGroupIdSet":{},"filterSet":{}}`, "", "")
	k.add("ec2", "DescribeVolumes", "", `{"maxResults":"500","volumeSet":{"items":[{"volumeId":"$vol"}]},"filterSet":{}}`, "", "")
	k.add("ec2", "DescribeNetworkInterfaces", "", `{"networkInterfaceIdSet":{"items":[{"networkInterfaceId":"$eni"}]},"filterSet":{}}`, "", "")
	k.add("ec2", "DescribeSubnets", "", `{"subnetSet":{"items":[{"subnetId":"$subnet"}]},"filterSet":{}}`, "", "")
	k.add("ec2", "DescribeTags", "", `{"maxResults":1000,"filterSet":{"items":[{"name":"resource-id","valueSet":{"items":[{"value":"$inst"}]}}]}}`, "", "")
	k.add("ec2", "DescribeVpcs", "", `{"vpcSet":{"items":[{"vpcId":"$vpc"}]},"filterSet":{}}`, "", "")
	k.add("ec2", "RunInstances", "w", `{"instancesSet":{"items":[{"imageId":"$ami","minCount":1,"maxCount":1}]},"groupSet":{"items":[{"groupId":"$sg"}]},"instanceType":"m6i.large","blockDeviceMapping":{},"monitoring":{"enabled":false},"subnetId":"$subnet","disableApiTermination":false,"clientToken":"fleet-$uuid"}`, `{"requestId":"$uuid","reservationId":"r-0$hex","ownerId":"$acct","groupSet":{},"instancesSet":{"items":[{"instanceId":"i-0$hex","imageId":"$ami","instanceState":{"code":0,"name":"pending"},"instanceType":"m6i.large","launchTime":$ms,"privateIpAddress":"$ip","subnetId":"$subnet"}]}}`, "")
	k.add("ec2", "TerminateInstances", "w", `{"instancesSet":{"items":[{"instanceId":"$inst"}]}}`, `{"requestId":"$uuid","instancesSet":{"items":[{"instanceId":"$inst","currentState":{"code":32,"name":"shutting-down"},"previousState":{"code":16,"name":"running"}}]}}`, "")
	k.add("ec2", "ModifyInstanceAttribute", "w", `{"instanceId":"$inst","disableApiTermination":{"value":false}}`, returned, "")
	k.add("ec2", "CreateTags", "w", `{"resourcesSet":{"items":[{"resourceId":"$inst"}]},"tagSet":{"items":[{"key":"team","value":"platform"},{"key":"build","value":"$num"}]}}`, returned, "")
	k.add("ec2", "CreateSnapshot", "w", `{"volumeId":"$vol","description":"nightly backup $num"}`, `{"requestId":"$uuid","snapshotId":"snap-0$hex","volumeId":"$vol","status":"pending","startTime":$ms,"ownerId":"$acct","volumeSize":"100","encrypted":true}`, "")
	k.add("ec2", "CreateNetworkInterface", "w", `{"subnetId":"$subnet","description":"arn:aws:ecs:$region:$acct:attachment/$uuid","groupSet":{"items":[{"groupId":"$sg"}]}}`, `{"requestId":"$uuid","networkInterface":{"networkInterfaceId":"$eni","subnetId":"$subnet","vpcId":"$vpc","privateIpAddress":"$ip"}}`, "")
	k.add("autoscaling", "DescribeAutoScalingGroups", "", `{"maxRecords":100}`, "", "")
	k.add("autoscaling", "SetDesiredCapacity", "w", `{"autoScalingGroupName":"order-worker","desiredCapacity":4,"honorCooldown":false}`, "", "")
	k.add("ecs", "DescribeServices", "", `{"cluster":"$cluster","services":["web"],"include":["TAGS"]}`, "", "")
	k.add("ecs", "DescribeTasks", "", `{"cluster":"$cluster","tasks":["$uuid"]}`, "", "")
	k.add("ecs", "ListTasks", "", `{"cluster":"$cluster","maxResults":100}`, "", "")
	k.add("ecs", "RegisterTaskDefinition", "w", `{"family":"$repo","cpu":"512","memory":"1024",`+tagList+`,"containerDefinitions":[{"name":"app","image":"$acct.dkr.ecr.$region.amazonaws.com/$repo:$num","essential":true}]}`, `{"taskDefinition":{"family":"$repo","revision":$num,"status":"ACTIVE"},"tags":[]}`, "")
	k.add("ecs", "UpdateService", "w", `{"cluster":"$cluster","service":"web","taskDefinition":"$repo:$num","forceNewDeployment":false}`, `{"service":{"serviceName":"web","status":"ACTIVE","desiredCount":4,"runningCount":4}}`, "")
	k.add("lambda", "Invoke", "wd", `{"functionName":"$fn","invocationType":"Event"}`, "", "AWS::Lambda::Function")
	k.add("lambda", "GetFunction20150331v2", "", `{"functionName":"$fn"}`, "", "")
	k.add("lambda", "TagResource20170331v2", "w", `{"resource":"arn:aws:lambda:$region:$acct:function:$fn","tags":{"team":"shop","build":"$num"}}`, "", "")
	k.add("elasticloadbalancing", "DescribeTargetHealth", "", `{"targetGroupArn":"arn:aws:elasticloadbalancing:$region:$acct:targetgroup/shop-web/73e2d6bc24d8a067"}`, "", "")
	k.add("elasticloadbalancing", "DescribeLoadBalancers", "", `{"pageSize":400}`, "", "")
	k.add("elasticloadbalancing", "RegisterTargets", "w", `{"targetGroupArn":"arn:aws:elasticloadbalancing:$region:$acct:targetgroup/shop-web/73e2d6bc24d8a067","targets":[{"id":"$ip","port":8080}]}`, "", "")
	k.add("rds", "DescribeDBInstances", "", `{"maxRecords":100}`, "", "")
	k.add("rds", "CreateDBSnapshot", "w", `{"dBSnapshotIdentifier":"shop-$num","dBInstanceIdentifier":"shop"}`, `{"dBSnapshotIdentifier":"shop-$num","status":"creating","engine":"postgres","allocatedStorage":200,"encrypted":true}`, "")
	k.add("ecr", "GetAuthorizationToken", "", "", "", "")
	k.add("ecr", "BatchGetImage", "", `{"repositoryName":"$repo","imageIds":[{"imageTag":"$num"}],"registryId":"$acct"}`, "", "")
	k.add("ecr", "PutImage", "w", `{"repositoryName":"$repo","imageTag":"$num","registryId":"$acct"}`, `{"image":{"repositoryName":"$repo","registryId":"$acct","imageId":{"imageTag":"$num"}}}`, "")
}

func (k catalogue) addIdentity() {
	k.add("sts", "GetCallerIdentity", "", "", "", "")
	k.add("sts", "AssumeRole", "", `{"roleArn":"$role","roleSessionName":"session-$num","durationSeconds":3600}`, `{`+credentials+`,"assumedRoleUser":{"assumedRoleId":"AROAEXAMPLEEXAMPLE:session-$num","arn":"arn:aws:sts::$acct:assumed-role/$rolename/session-$num"}}`, "AWS::IAM::Role")
	k.add("sts", "AssumeRoleWithWebIdentity", "", `{"roleArn":"arn:aws:iam::$acct:role/github-deploy","roleSessionName":"deploy-$num","durationSeconds":900}`, `{`+credentials+`,"subjectFromWebIdentityToken":"$self","provider":"arn:aws:iam::$acct:oidc-provider/token.ci.example.com","audience":"sts.amazonaws.com"}`, "")
	k.add("iam", "GetRole", "g", `{"roleName":"$rolename"}`, "", "")
	k.add("iam", "ListAttachedRolePolicies", "g", `{"roleName":"$rolename"}`, "", "")
	k.add("iam", "GetUser", "g", `{"userName":"$self"}`, "", "")
	k.add("iam", "ListAccountAliases", "g", "", "", "")
	k.add("iam", "GetAccountSummary", "g", "", "", "")
	k.add("organizations", "DescribeOrganization", "g", "", "", "")
	k.add("organizations", "ListAccounts", "g", `{"maxResults":20}`, "", "")
	k.add("access-analyzer", "ListAnalyzers", "", `{"type":"ACCOUNT"}`, "", "")
	k.add("securityhub", "GetFindings", "", `{"MaxResults":"100","Filters":{"RecordState":[{"Value":"ACTIVE","Comparison":"EQUALS"}]}}`, "", "")
	k.add("guardduty", "ListFindings", "", `{"detectorId":"$hex","maxResults":50}`, "", "")
	k.add("guardduty", "ListDetectors", "", `{"maxResults":"50"}`, "", "")
}

func (k catalogue) addOperations() {
	k.add("logs", "CreateLogStream", "w", `{"logGroupName":"$lg","logStreamName":"2026/[$num]$hex"}`, "", "")
	k.add("logs", "DescribeLogGroups", "", `{"limit":50}`, "", "")
	k.add("logs", "StartQuery", "w", `{"logGroupNames":["$lg"],"startTime":$ms,"endTime":$ms,"queryString":"fields @timestamp, @message | limit 100"}`, `{"queryId":"$uuid"}`, "")
	k.add("monitoring", "DescribeAlarms", "", `{"maxRecords":100}`, "", "")
	k.add("monitoring", "GetMetricData", "d", `{"startTime":"$earlier","endTime":"$date","metricDataQueries":[{"id":"m1","returnData":true}]}`, "", "")
	k.add("monitoring", "ListMetrics", "", `{"namespace":"AWS/ECS"}`, "", "")
	k.add("config", "DescribeConfigurationRecorders", "", "", "", "")
	k.add("config", "PutEvaluations", "w", `{"evaluations":[{"complianceResourceType":"AWS::EC2::Instance","complianceResourceId":"$inst","complianceType":"COMPLIANT"}]}`, `{"failedEvaluations":[]}`, "")
	k.add("cloudtrail", "LookupEvents", "", `{"maxResults":50}`, "", "")
	k.add("cloudtrail", "DescribeTrails", "", `{"trailNameList":[],"includeShadowTrails":false}`, "", "")
	k.add("cloudtrail", "GetTrailStatus", "", `{"name":"larkspur-trail"}`, "", "")
	k.add("cloudformation", "DescribeStacks", "", `{"stackName":"shop-web"}`, "", "")
	k.add("tagging", "GetResources", "", `{"resourcesPerPage":100}`, "", "")
	k.add("health", "DescribeEventAggregates", "g", `{"aggregateField":"eventTypeCategory"}`, "", "")
	k.add("ce", "GetCostAndUsage", "g", `{"granularity":"DAILY","metrics":["UnblendedCost"],"timePeriod":{"start":"2026-01-01","end":"2026-02-01"}}`, "", "")
}

// mix is a weighted choice of calls.
type mix struct {
	calls   []call
	weights weights
}

// mix reads a choice written as "service:Name*weight …". A name that is not in the catalogue is a mistake in the demo.
func (k catalogue) mix(text string) mix {
	var out mix
	var each []float64
	for _, part := range strings.Fields(text) {
		name, weight, _ := strings.Cut(part, "*")
		prototype, ok := k[name]
		n, err := strconv.ParseFloat(weight, 64)
		if !ok || err != nil {
			panic("BUG: call " + strconv.Quote(part) + " is not in the catalogue")
		}
		out.calls = append(out.calls, prototype)
		each = append(each, n)
	}
	out.weights = cumulate(each...)
	return out
}

func (m mix) draw(d dice) call { return m.calls[m.weights.draw(d)] }
