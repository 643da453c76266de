package cloudtrail

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

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
	session := carrier.Member(id, "sessionContext")
	issuer := carrier.Member(session, "sessionIssuer")
	name := carrier.Member(id, "userName")
	if ecs.Absent(s.text(name)) {
		name = carrier.Member(issuer, "userName") // roles have no name of their own
	}
	s.keyword("user.name", name)
	s.b.RelatedUser(s.text(name))
	s.keyword("user.id", carrier.Member(id, "principalId"))
	const prefix = "aws.cloudtrail.user_identity."
	s.keyword(prefix+"type", carrier.Member(id, "type"))
	s.keyword(prefix+"arn", carrier.Member(id, "arn"))
	s.keyword(prefix+"access_key_id", carrier.Member(id, "accessKeyId"))
	s.keyword(prefix+"invoked_by", carrier.Member(id, "invokedBy"))
	s.keyword(prefix+"identity_provider", carrier.Member(id, "identityProvider"))
	s.keyword(prefix+"credential_id", carrier.Member(id, "credentialId"))
	s.keyword(prefix+"on_behalf_of.user_id", carrier.Member(carrier.Member(id, "onBehalfOf"), "userId"))
	s.keyword(prefix+"on_behalf_of.identity_store_arn", carrier.Member(carrier.Member(id, "onBehalfOf"), "identityStoreArn"))
	s.keyword(prefix+"invoked_by_delegate.account_id", carrier.Member(carrier.Member(id, "invokedByDelegate"), "accountId"))
	scope := carrier.Member(id, "inScopeOf")
	s.keyword(prefix+"in_scope_of.source_account", carrier.Member(scope, "sourceAccount"))
	s.keyword(prefix+"in_scope_of.source_arn", carrier.Member(scope, "sourceArn"))
	s.keyword(prefix+"in_scope_of.issuer_type", carrier.Member(scope, "issuerType"))
	s.keyword(prefix+"in_scope_of.credentials_issued_to", carrier.Member(scope, "credentialsIssuedTo"))
	s.unknown("userIdentity", id, "userName", "principalId", "type", "arn", "accountId", "accessKeyId", "invokedBy", "sessionContext",
		"identityProvider", "credentialId", "onBehalfOf", "invokedByDelegate", "inScopeOf")
	s.nested(id)
	if session == nil {
		return
	}
	const context = prefix + "session_context."
	attributes := carrier.Member(session, "attributes")
	s.keyword(context+"mfa_authenticated", carrier.Member(attributes, "mfaAuthenticated"))
	if ms, ok := ecs.ParseTime(s.text(carrier.Member(attributes, "creationDate"))); ok {
		s.b.Time(context+"creation_date", ms)
	}
	s.keyword(context+"session_issuer.type", carrier.Member(issuer, "type"))
	s.keyword(context+"session_issuer.principal_id", carrier.Member(issuer, "principalId"))
	s.keyword(context+"session_issuer.arn", carrier.Member(issuer, "arn"))
	s.keyword(context+"session_issuer.account_id", carrier.Member(issuer, "accountId"))
	s.keyword(prefix+"source_identity", carrier.Member(session, "sourceIdentity"))
	s.keyword(context+"ec2_role_delivery", carrier.Member(session, "ec2RoleDelivery"))
	s.keyword(context+"assumed_root", carrier.Member(session, "assumedRoot"))
	s.keyword(context+"sign_in_session_arn", carrier.Member(session, "signInSessionArn"))
	s.keyword(context+"web_id_federation_data.federated_provider", carrier.Member(carrier.Member(session, "webIdFederationData"), "federatedProvider"))
	s.flatten("aws.cloudtrail.flattened.web_id_federation_attributes", carrier.Member(carrier.Member(session, "webIdFederationData"), "attributes"))
	if attributes != nil {
		s.unknown("attributes", attributes, "mfaAuthenticated", "creationDate")
	}
	s.unknown("sessionContext", session, "attributes", "sessionIssuer", "sourceIdentity", "ec2RoleDelivery", "assumedRoot", "signInSessionArn", "webIdFederationData")
}

// nested keeps the members of the small objects of an identity that are not known.
func (s *session) nested(id *fastjson.Value) {
	for _, o := range [...]struct {
		name  string
		known []string
	}{
		{"onBehalfOf", []string{"userId", "identityStoreArn"}},
		{"invokedByDelegate", []string{"accountId"}},
		{"inScopeOf", []string{"sourceAccount", "sourceArn", "issuerType", "credentialsIssuedTo"}},
	} {
		if m := carrier.Member(id, o.name); m != nil {
			s.unknown(o.name, m, o.known...)
		}
	}
}

// account sets the account that the event belongs to: the caller's, or where that is unknown the trail's.
func (s *session) account() {
	e := &s.event
	caller := carrier.Member(e.userIdentity, "accountId")
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
