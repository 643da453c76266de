package cloudtrail

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/jsonlog"
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
	session := jsonlog.Member(id, "sessionContext")
	issuer := jsonlog.Member(session, "sessionIssuer")
	name := jsonlog.Member(id, "userName")
	if ecs.Absent(s.text(name)) {
		name = jsonlog.Member(issuer, "userName") // roles have no name of their own
	}
	s.keyword("user.name", name)
	s.b.RelatedUser(s.text(name))
	s.keyword("user.id", jsonlog.Member(id, "principalId"))
	const prefix = "aws.cloudtrail.user_identity."
	s.keyword(prefix+"type", jsonlog.Member(id, "type"))
	s.keyword(prefix+"arn", jsonlog.Member(id, "arn"))
	s.keyword(prefix+"access_key_id", jsonlog.Member(id, "accessKeyId"))
	s.keyword(prefix+"invoked_by", jsonlog.Member(id, "invokedBy"))
	s.keyword(prefix+"identity_provider", jsonlog.Member(id, "identityProvider"))
	s.keyword(prefix+"credential_id", jsonlog.Member(id, "credentialId"))
	s.keyword(prefix+"on_behalf_of.user_id", jsonlog.Member(jsonlog.Member(id, "onBehalfOf"), "userId"))
	s.keyword(prefix+"on_behalf_of.identity_store_arn", jsonlog.Member(jsonlog.Member(id, "onBehalfOf"), "identityStoreArn"))
	s.keyword(prefix+"invoked_by_delegate.account_id", jsonlog.Member(jsonlog.Member(id, "invokedByDelegate"), "accountId"))
	scope := jsonlog.Member(id, "inScopeOf")
	s.keyword(prefix+"in_scope_of.source_account", jsonlog.Member(scope, "sourceAccount"))
	s.keyword(prefix+"in_scope_of.source_arn", jsonlog.Member(scope, "sourceArn"))
	s.keyword(prefix+"in_scope_of.issuer_type", jsonlog.Member(scope, "issuerType"))
	s.keyword(prefix+"in_scope_of.credentials_issued_to", jsonlog.Member(scope, "credentialsIssuedTo"))
	s.unknown("userIdentity", id, "userName", "principalId", "type", "arn", "accountId", "accessKeyId", "invokedBy", "sessionContext",
		"identityProvider", "credentialId", "onBehalfOf", "invokedByDelegate", "inScopeOf")
	s.nested(id)
	if session == nil {
		return
	}
	const context = prefix + "session_context."
	attributes := jsonlog.Member(session, "attributes")
	s.keyword(context+"mfa_authenticated", jsonlog.Member(attributes, "mfaAuthenticated"))
	if ms, ok := ecs.ParseTime(s.text(jsonlog.Member(attributes, "creationDate"))); ok {
		s.b.Time(context+"creation_date", ms)
	}
	s.keyword(context+"session_issuer.type", jsonlog.Member(issuer, "type"))
	s.keyword(context+"session_issuer.principal_id", jsonlog.Member(issuer, "principalId"))
	s.keyword(context+"session_issuer.arn", jsonlog.Member(issuer, "arn"))
	s.keyword(context+"session_issuer.account_id", jsonlog.Member(issuer, "accountId"))
	s.keyword(prefix+"source_identity", jsonlog.Member(session, "sourceIdentity"))
	s.keyword(context+"ec2_role_delivery", jsonlog.Member(session, "ec2RoleDelivery"))
	s.keyword(context+"assumed_root", jsonlog.Member(session, "assumedRoot"))
	s.keyword(context+"sign_in_session_arn", jsonlog.Member(session, "signInSessionArn"))
	s.keyword(context+"web_id_federation_data.federated_provider", jsonlog.Member(jsonlog.Member(session, "webIdFederationData"), "federatedProvider"))
	s.flatten("aws.cloudtrail.flattened.web_id_federation_attributes", jsonlog.Member(jsonlog.Member(session, "webIdFederationData"), "attributes"))
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
		if m := jsonlog.Member(id, o.name); m != nil {
			s.unknown(o.name, m, o.known...)
		}
	}
}

// account sets the account that the event belongs to: the caller's, or where that is unknown the trail's.
func (s *session) account() {
	e := &s.event
	caller := jsonlog.Member(e.userIdentity, "accountId")
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
