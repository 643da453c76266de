package cloudtrail

// class is the ECS category of an action and its types.
type class struct {
	category string
	types    []string
}

// classes follows Elastic's AWS integration, so that its rules and dashboards find what they look for; actions that
// are not listed have no category and the type info.
var classes = newClasses()

func newClasses() map[string]class {
	m := make(map[string]class)
	add := func(c class, names ...string) {
		for _, name := range names {
			m[name] = c
		}
	}
	iam := func(types ...string) class { return class{"iam", types} }
	add(class{"authentication", []string{"info"}}, "AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetSessionToken", "GetFederationToken")
	add(class{"authentication", []string{"start"}}, "ConsoleLogin")
	add(iam("user", "creation"), "CreateUser")
	add(iam("user", "deletion"), "DeleteUser")
	add(iam("group", "creation"), "CreateGroup")
	add(iam("group", "deletion"), "DeleteGroup")
	add(iam("admin", "creation"), "CreateKeyPair")
	add(iam("group", "change"), "AddUserToGroup", "RemoveUserFromGroup", "AttachGroupPolicy", "DetachGroupPolicy",
		"PutGroupPolicy", "DeleteGroupPolicy", "UpdateGroup")
	add(iam("user", "change"), "AttachUserPolicy", "DetachUserPolicy", "PutUserPolicy", "DeleteUserPolicy",
		"PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary", "CreateAccessKey", "DeleteAccessKey", "UpdateAccessKey",
		"ChangePassword", "UpdateLoginProfile", "CreateVirtualMFADevice", "DeleteVirtualMFADevice", "EnableMFADevice",
		"DeactivateMFADevice", "DeleteSSHPublicKey", "UpdateSSHPublicKey", "TagUser", "UntagUser", "UpdateUser")
	add(iam("admin", "change"), "SetDefaultPolicyVersion", "SetSecurityTokenServicePreferences", "UpdateAccountPasswordPolicy", "UpdateRole")
	add(iam("user", "info"), "GetUser", "GetUserPolicy", "ListUsers", "ListUserPolicies", "ListAttachedUserPolicies", "ListUserTags")
	add(iam("group", "info"), "GetGroup", "GetGroupPolicy", "ListGroups", "ListGroupsForUser", "ListGroupPolicies", "ListAttachedGroupPolicies")
	add(class{"file", []string{"creation"}}, "CreateBucket")
	add(class{"file", []string{"deletion"}}, "DeleteBucket")
	return m
}
