package cloudtrail

import "github.com/vedette-siem/vedette/ingest/ecs"

// anonymous stands in the place of an account for calls without credentials.
const anonymous = "ANONYMOUS_PRINCIPAL"

// identity sets who made the call.
func (s *session) identity() {
	e := &s.event
	id := e.userIdentity
	s.account()
	if id == nil {
		return
	}
	session := member1(id, "sessionContext")
	issuer := member1(session, "sessionIssuer")
	name := member1(id, "userName")
	if ecs.Absent(s.text(name)) {
		name = member1(issuer, "userName") // roles have no name of their own
	}
	s.keyword("user.name", name)
	s.b.RelatedUser(s.text(name))
	s.keyword("user.id", member1(id, "principalId"))
	const prefix = "aws.cloudtrail.user_identity."
	s.keyword(prefix+"type", member1(id, "type"))
	s.keyword(prefix+"arn", member1(id, "arn"))
	s.keyword(prefix+"access_key_id", member1(id, "accessKeyId"))
	s.keyword(prefix+"invoked_by", member1(id, "invokedBy"))
	s.keyword(prefix+"identity_provider", member1(id, "identityProvider"))
	s.keyword(prefix+"credential_id", member1(id, "credentialId"))
	s.keyword(prefix+"on_behalf_of.user_id", member1(member1(id, "onBehalfOf"), "userId"))
	s.keyword(prefix+"on_behalf_of.identity_store_arn", member1(member1(id, "onBehalfOf"), "identityStoreArn"))
	s.keyword(prefix+"invoked_by_delegate.account_id", member1(member1(id, "invokedByDelegate"), "accountId"))
	scope := member1(id, "inScopeOf")
	s.keyword(prefix+"in_scope_of.source_account", member1(scope, "sourceAccount"))
	s.keyword(prefix+"in_scope_of.source_arn", member1(scope, "sourceArn"))
	s.keyword(prefix+"in_scope_of.issuer_type", member1(scope, "issuerType"))
	s.keyword(prefix+"in_scope_of.credentials_issued_to", member1(scope, "credentialsIssuedTo"))
	s.unknown("userIdentity", id, "userName", "principalId", "type", "arn", "accountId", "accessKeyId", "invokedBy", "sessionContext",
		"identityProvider", "credentialId", "onBehalfOf", "invokedByDelegate", "inScopeOf")
	if session == nil {
		return
	}
	const context = prefix + "session_context."
	attributes := member1(session, "attributes")
	s.keyword(context+"mfa_authenticated", member1(attributes, "mfaAuthenticated"))
	if ms, ok := ecs.ParseTime(s.text(member1(attributes, "creationDate"))); ok {
		s.b.Time(context+"creation_date", ms)
	}
	s.keyword(context+"session_issuer.type", member1(issuer, "type"))
	s.keyword(context+"session_issuer.principal_id", member1(issuer, "principalId"))
	s.keyword(context+"session_issuer.arn", member1(issuer, "arn"))
	s.keyword(context+"session_issuer.account_id", member1(issuer, "accountId"))
	s.keyword(prefix+"source_identity", member1(session, "sourceIdentity"))
	s.keyword(context+"ec2_role_delivery", member1(session, "ec2RoleDelivery"))
	s.keyword(context+"assumed_root", member1(session, "assumedRoot"))
	s.keyword(context+"sign_in_session_arn", member1(session, "signInSessionArn"))
	s.keyword(context+"web_id_federation_data.federated_provider", member1(member1(session, "webIdFederationData"), "federatedProvider"))
	s.unknown("sessionContext", session, "attributes", "sessionIssuer", "sourceIdentity", "ec2RoleDelivery", "assumedRoot", "signInSessionArn", "webIdFederationData")
}

// account sets the account that the event belongs to: the caller's, or where that is unknown the trail's.
func (s *session) account() {
	e := &s.event
	caller := member1(e.userIdentity, "accountId")
	switch text := s.text(caller); {
	case string(text) == anonymous:
		s.b.Keyword("aws.cloudtrail.user_identity.account_id", anonymous)
		s.keyword("cloud.account.id", e.recipientAccountID)
	case !ecs.Absent(text):
		s.keyword("cloud.account.id", caller)
	case e.recipientAccountID != nil:
		s.keyword("cloud.account.id", e.recipientAccountID)
	default:
		s.keyword("cloud.account.id", e.accountID)
	}
}
