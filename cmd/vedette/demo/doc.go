// Package demo invents the AWS logs of a small company, Larkspur Outfitters, for the last day or days: CloudTrail,
// VPC flow logs and load-balancer access logs as gzipped objects in AWS's own key layout, so that the ordinary file
// source loads them, and a few documents for the beginner's indices. It is called by the demo command only.
//
// It never reads a clock, the network or the environment: equal [Options] give equal bytes. It keeps no more than
// the objects in the making in memory, plus the stories. It knows nothing of our storage or decoders.
//
// # The company
//
// Four accounts (production 111122223333, staging 444455556666, development 777788889999, security 123456789012),
// three regions (eu-central-1, eu-west-1, us-east-1), offices in Berlin, Dublin and Boston. A shop on an
// Application Load Balancer, a public API, a staging site and an old partner portal on a Classic Load Balancer.
// A day is about 200,000 events, with a day and night curve and quiet weekends in the offices.
//
// All addresses come from ranges that belong to nobody (RFC 5737, RFC 2544, RFC 3849), all AS numbers from RFC 5398 and RFC 6996,
// and access keys end in EXAMPLE. [WriteGeoIP] gives the addresses countries. Nobody real is accused of anything.
//
// # The seven stories
//
// Each happens once, in the last ten hours before Options.Now, whatever Options.Days is. The addresses of
// 192.0.2.0/24 and 198.51.100.128/25 occur in the log files in stories only, so a story is found whole by its
// addresses, as [Summary].Stories counts it. The documents of [Documents] mention some of them too.
//
//  1. leaked-key. The long-lived access key of the user ci-deploy in production, which works from the CI runners in
//     Amsterdam (203.0.113.130) all day, is used from 192.0.2.20 (Vietnam), now-9h to now-8h25m: GetCallerIdentity,
//     a burst of 18 different reads in three minutes, 24 calls refused with AccessDenied, 20 GetSecretValue on 20
//     secrets, GetSendQuota of the mail service, two refused RunInstances of p4d.24xlarge.
//  2. console-brute-force. From 192.0.2.36 (Brazil), now-6h30m to about now-6h12m: three failed ConsoleLogin with unknown
//     user names (HIDDEN_DUE_TO_SECURITY_REASONS), 44 failures for omar.haddad in production within eleven minutes (from now-6h24m),
//     then a success without MFA, and a look round in the console.
//  3. privilege-escalation. The user pavel.novak, from a mobile line 192.0.2.52 (Czechia), now-5h to now-4h53m:
//     CreatePolicyVersion (Allow * on *, set as default) on a policy he may edit, AttachUserPolicy
//     AdministratorAccess to himself, then the back door: CreateUser svc-metrics, AttachUserPolicy
//     AdministratorAccess, CreateAccessKey and CreateLoginProfile for it.
//  4. trail-stopped. The back-door user svc-metrics from 192.0.2.68 (the Netherlands, hosting), now-4h30m to
//     now-4h23m: StopLogging of larkspur-trail, PutEventSelectors without management events, DeleteTrail of
//     the organization's trail (refused), DeleteFlowLogs (refused), DeleteDetector, a one-day lifecycle on the log bucket.
//     At now-4h05m sara.lindqvist sets StartLogging from the Berlin office (not counted as the story's).
//  5. scan-and-upload. VPC flow logs of production in eu-central-1: 192.0.2.84 (Singapore) tries 620 ports of the
//     worker host 10.10.11.31, now-3h15m to now-3h11m, all rejected but 8443, which it uses eight
//     times from now-3h to now-2h53m; from now-2h45m to now-2h05m that host
//     sends about 40 GB to 192.0.2.91:443.
//  6. path-brute-force. The client 192.0.2.100 (Türkiye, agent gobuster) asks the shop's load balancer for about
//     1,750 different paths, now-1h40m to now-1h28m: 404 and 403 nearly always, some probes for traversal and
//     injection, and 60 failed POST /admin/login in three minutes.
//  7. request-flood. 60 addresses of 198.51.100.128/25 (many countries) send 24,000 GET /v1/search to the API's load
//     balancer in us-east-1, now-42m to now-32m: most are answered 502, 503 and 504; the VPC flow logs show the packets.
package demo
