//! A refusal of the API (RFC 9457), turned into a sentence that says what to do.

use serde_json::Value;

/// What the API answered instead of doing it.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    /// The stable word.
    pub(crate) code: String,
    title: String,
    /// Which part of the request does not fit.
    field: Option<String>,
    /// What to look for in the deployment's log.
    request_id: Option<String>,
}

impl Problem {
    /// Reads an answer's body. `None` if that is not how this API refuses.
    pub(crate) fn read(status: u16, body: &Value) -> Option<Problem> {
        let word = |name| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let (code, title) = (word("code")?, word("title")?);
        Some(Problem { status, code, title, field: word("field"), request_id: word("request_id") })
    }

    /// For the person at the terminal.
    pub(crate) fn sentence(&self) -> String {
        let field = self.field.as_deref();
        match (self.code.as_str(), field) {
            ("unauthenticated", _) => "The operator token was refused. It has to be the OPERATOR_TOKEN of this very \
                                       deployment: check EDGE_MFA_OPERATOR_TOKEN, --token-file and --url."
                .to_owned(),
            ("bad_request", Some("name")) => "A name has 1 to 80 characters, none of them a control character. Choose \
                                              another --name."
                .to_owned(),
            ("bad_request", Some("reason")) => {
                "A reason has 10 to 300 characters in one line. Say in --reason who asked, and how you made sure."
                    .to_owned()
            }
            ("bad_request", Some(field)) => format!(
                "The deployment did not take `{field}`. It may be of another version than this tool: compare \
                 `edge-mfa --version` with what is deployed."
            ),
            ("internal", _) => format!(
                "Something is wrong on the deployment's side. Look in its log for ALARM with the request {}; it is safe \
                 to run this command again.",
                self.request_id.as_deref().unwrap_or("of this moment")
            ),
            ("unavailable", _) => {
                "The deployment is not available right now. It is safe to run this command again in a moment."
                    .to_owned()
            }
            _ => self.title.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;
    use serde_json::json;

    #[test]
    fn a_refusal_says_what_to_do() {
        let body =
            json!({ "type": "about:blank", "title": "Sign in first.", "status": 401, "code": "unauthenticated" });
        assert!(Problem::read(401, &body).unwrap().sentence().contains("EDGE_MFA_OPERATOR_TOKEN"));
    }

    #[test]
    fn one_that_needs_no_better_words_keeps_its_own() {
        let body = json!({ "title": "That exists already.", "code": "conflict" });
        assert_eq!(Problem::read(409, &body).unwrap().sentence(), "That exists already.");
    }

    #[test]
    fn what_does_not_come_from_this_api_is_no_refusal_of_it() {
        assert!(Problem::read(502, &json!(null)).is_none());
        assert!(Problem::read(404, &json!({ "error": "no such page" })).is_none());
    }
}
