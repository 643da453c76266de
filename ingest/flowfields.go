package ingest

import "slices"

// IsFlowField reports whether a word is the name of a field of VPC or Transit Gateway flow logs, as headers write it
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html). The Detector and the decoder share it.
func IsFlowField(word string) bool {
	_, found := slices.BinarySearch(flowFields[:], word)
	return found
}

// flowFields is sorted.
var flowFields = [...]string{
	"account-id", "action", "asg-tag", "asg-tag-2", "az-id", "bytes", "dstaddr", "dstport",
	"ecs-cluster-arn", "ecs-cluster-name", "ecs-container-id", "ecs-container-instance-arn", "ecs-container-instance-id",
	"ecs-second-container-id", "ecs-service-name", "ecs-task-arn", "ecs-task-definition-arn", "ecs-task-id",
	"encryption-status", "end", "flow-direction", "instance-id", "instance-tag", "instance-tag-2", "interface-id",
	"interface-tag", "interface-tag-2", "interface-type", "log-status", "next-hop-az-id", "next-hop-interface-id",
	"next-hop-interface-type", "next-hop-subnet-id", "next-hop-vpc-id", "packets", "packets-lost-blackhole",
	"packets-lost-mtu-exceeded", "packets-lost-no-route", "packets-lost-ttl-expired", "pkt-dst-aws-service",
	"pkt-dstaddr", "pkt-src-aws-service", "pkt-srcaddr", "protocol", "region", "reject-reason", "resource-id",
	"resource-type", "srcaddr", "srcport", "start", "sublocation-id", "sublocation-type", "subnet-id", "tcp-flags",
	"tgw-attachment-id", "tgw-dst-az-id", "tgw-dst-eni", "tgw-dst-subnet-id", "tgw-dst-vpc-account-id", "tgw-dst-vpc-id",
	"tgw-id", "tgw-pair-attachment-id", "tgw-src-az-id", "tgw-src-eni", "tgw-src-subnet-id", "tgw-src-vpc-account-id",
	"tgw-src-vpc-id", "traffic-path", "type", "version", "vpc-id",
}
