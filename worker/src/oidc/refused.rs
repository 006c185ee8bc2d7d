//! Why nobody is signed in.

use mfa_core::external::{AddressError, TokenRefusal};

use crate::error::Problem;

/// What is fetched from a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    /// `/.well-known/openid-configuration`.
    Discovery,
    /// Its public keys.
    Keys,
    /// The answer of its token endpoint.
    Token,
}

impl Document {
    fn word(self) -> &'static str {
        match self {
            Document::Discovery => "discovery",
            Document::Keys => "keys",
            Document::Token => "token",
        }
    }
}

/// Why. Holds no code, token, secret or name of a person.
#[derive(Debug)]
pub(crate) enum Refused {
    /// This browser did not start a sign-in here, or it was another tenant's.
    FlowUnknown,
    /// It started one too long ago.
    FlowExpired,
    /// What came back belongs to another sign-in.
    StateMismatch,
    /// What came back is no answer of a provider.
    CallbackMalformed,
    /// The tenant's provider was changed meanwhile.
    ProviderChanged,
    /// Another provider answered.
    AnotherProvider,
    /// The provider said no: its error word, if it is one.
    ByProvider(String),
    /// The issuer's address breaks a rule.
    IssuerUnacceptable(AddressError),
    /// The client id or secret is empty, too long or not plain text.
    ClientUnacceptable,
    /// Not there, or not in time.
    Unreachable(Document),
    /// It wants us to go elsewhere.
    Redirected(Document),
    /// It answered with this status.
    Answered(Document, u16),
    /// It is too large.
    TooLarge(Document),
    /// It is not what it should be.
    Unreadable(Document),
    /// The discovery document is another issuer's.
    IssuerElsewhere,
    /// The discovery document names an address that breaks a rule.
    EndpointUnacceptable(AddressError),
    /// The provider has no authorization code flow, no PKCE with S256, no algorithm or no client authentication of ours.
    Unsupported(&'static str),
    /// The ID token is no token.
    TokenUnreadable,
    /// The ID token breaks a rule.
    Token(TokenRefusal),
    /// The ID token's signature is wrong.
    SignatureWrong,
    /// Something is wrong on our side.
    Ours(Problem),
}

impl Refused {
    /// A stable word for it, for the audit log and the administrator's dry run.
    pub(crate) fn word(&self) -> String {
        let word = match self {
            Refused::FlowUnknown => "flow_unknown",
            Refused::FlowExpired => "flow_expired",
            Refused::StateMismatch => "state_mismatch",
            Refused::CallbackMalformed => "callback_malformed",
            Refused::ProviderChanged => "provider_changed",
            Refused::AnotherProvider => "another_provider",
            Refused::ByProvider(word) => return format!("provider_says_{word}"),
            Refused::IssuerUnacceptable(error) => error.word(),
            Refused::ClientUnacceptable => "client_unacceptable",
            Refused::Unreachable(document) => return format!("{}_unreachable", document.word()),
            Refused::Redirected(document) => return format!("{}_redirected", document.word()),
            Refused::Answered(document, status) => return format!("{}_answered_{status}", document.word()),
            Refused::TooLarge(document) => return format!("{}_too_large", document.word()),
            Refused::Unreadable(document) => return format!("{}_unreadable", document.word()),
            Refused::IssuerElsewhere => "discovery_of_another_issuer",
            Refused::EndpointUnacceptable(error) => return format!("endpoint_{}", error.word()),
            Refused::Unsupported(what) => return format!("unsupported_{what}"),
            Refused::TokenUnreadable => "id_token_unreadable",
            Refused::Token(refusal) => return format!("id_token_{}", refusal.word()),
            Refused::SignatureWrong => "id_token_signature_wrong",
            Refused::Ours(_) => "internal",
        };
        word.to_owned()
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused::Ours(problem)
    }
}
