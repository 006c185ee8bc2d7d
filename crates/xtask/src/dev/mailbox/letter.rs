//! One notice, as the person reads it.

use serde_json::Value;

/// What somebody was sent.
pub(super) struct Letter {
    pub(super) id: String,
    pub(super) to: String,
    pub(super) tenant_name: String,
    /// When it happened, in seconds since 1970.
    pub(super) at: u64,
    pub(super) text: String,
    pub(super) link: Option<Link>,
}

/// Somewhere to go.
pub(super) struct Link {
    pub(super) label: &'static str,
    pub(super) url: String,
}

impl Letter {
    /// Reads a notice's body. `None` if it is no notice.
    pub(super) fn read(id: &str, body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        if body.get("type")? != "edge-mfa.notice" {
            return None;
        }
        let data = body.get("data")?;
        let notice = data.get("notice")?;
        let word = |value: &Value, name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let what = notice.get("what")?;
        let event = word(what, "event")?;
        let at = notice.get("at")?.as_u64()?;
        let happened = Happened {
            tenant: word(data, "tenant_name")?,
            by: match word(notice, "by").as_deref() {
                Some("operator") => "the operator".to_owned(),
                Some(by) => by.to_owned(),
                None => "somebody".to_owned(),
            },
            about: word(notice, "about"),
            at,
            what,
        };
        // A link that a browser would not simply go to is none.
        let url = word(notice, "link").filter(|url| url.starts_with("http://") || url.starts_with("https://"));
        let link = url.map(|url| Link { label: label(&event), url });
        Some(Self {
            id: id.to_owned(),
            to: word(notice, "to")?,
            text: happened.text(&event),
            tenant_name: happened.tenant,
            at,
            link,
        })
    }
}

fn label(event: &str) -> &'static str {
    match event {
        "invited" => "Accept the invitation",
        "password-burnt" => "This was not me",
        "password-link-issued" => "Choose a new password",
        _ => "Open the link",
    }
}

/// What a notice tells of.
struct Happened<'a> {
    tenant: String,
    by: String,
    /// Somebody else than the reader.
    about: Option<String>,
    at: u64,
    what: &'a Value,
}

impl Happened<'_> {
    fn number(&self, name: &str) -> u64 {
        self.what.get(name).and_then(Value::as_u64).unwrap_or_default()
    }

    fn word(&self, name: &str) -> &str {
        self.what.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn text(&self, event: &str) -> String {
        let Self { tenant, by, .. } = self;
        let set = self.number("set");
        match (event, self.about.as_deref()) {
            ("invited", _) => {
                let days = self.number("expires_at").saturating_sub(self.at).div_ceil(86_400);
                format!("You are invited to {tenant} as {}. The link works once, for {days} days.", self.word("role"))
            }
            ("enrolled", _) => format!("An authenticator app was set up for you, with recovery keys set {set}."),
            ("reset", _) if self.word("by") == "member" => {
                "You reset your MFA. At the next sign-in you set up an app anew.".to_owned()
            }
            ("reset", _) => "An administrator reset your MFA. At the next sign-in you set up an app anew.".to_owned(),
            ("recovery-key-used", _) => {
                let (number, left) = (self.number("number"), self.number("left"));
                format!("Recovery key {number} of set {set} was used to sign in as you; {left} left.")
            }
            ("recovery-keys-replaced", _) => {
                format!("You have new recovery keys, set {set}. Older sheets are worthless now.")
            }
            ("device-remembered", _) => "A device is remembered for 30 days: it is not asked for your code.".to_owned(),
            ("device-token-reused", _) => {
                "A remembered device was forgotten: an old token of it turned up, as if it had been copied.".to_owned()
            }
            ("password-burnt", _) => {
                "Somebody typed your right password, and then several wrong codes or none at all. If \
                                      this was not you, somebody knows your password: follow the link, and it is worthless."
                    .to_owned()
            }
            ("password-replaced", _) => "Your password was changed.".to_owned(),
            ("password-link-issued", _) => {
                "Somebody asked for a new password for you. If this was not you, do nothing.".to_owned()
            }
            ("authenticator-locked", None) => "Too many wrong codes were typed: your authenticator app is locked. A \
                                               recovery key lets you in, or ask an administrator."
                .to_owned(),
            ("authenticator-locked", Some(about)) => {
                format!("Too many wrong codes were typed: the authenticator app of {about} is locked.")
            }
            ("disowned", None) => "You said: this was not me. All your sign-ins have ended, and you need a new \
                                   password."
                .to_owned(),
            ("disowned", Some(about)) => {
                format!("{about} said: this was not me. Somebody else may know the password; all sign-ins have ended.")
            }
            ("sessions-ended", _) => "All your sign-ins were ended.".to_owned(),
            ("older-recovery-key", _) => {
                format!("A recovery key of your older set {set} was typed. It was refused; use the newest sheet.")
            }
            ("left", _) => format!("You no longer belong to {tenant}. Your sign-in data has been erased."),
            ("switched-on", _) => format!("{by} switched MFA on: everybody sets up an app at the next sign-in."),
            ("switched-off", _) => format!("{by} switched MFA off. All authenticators and recovery keys are gone."),
            ("used-external", _) => format!("{by} moved sign-in to the external identity provider."),
            ("used-local", _) => format!("{by} moved sign-in back to passwords."),
            ("suspended", _) => format!("{tenant} is closed for now, by {by}. Nobody can sign in."),
            ("resumed", _) => format!("{tenant} is open again, by {by}."),
            ("deleted", _) => format!("{tenant} was ended for good, by {by}."),
            ("external-configured", _) => format!("{by} entered how the external identity provider is reached."),
            ("external-connected", None) => "An account at the identity provider was connected to you: from now on you \
                                             sign in with it. If this was not you, tell an administrator."
                .to_owned(),
            ("external-connected", Some(about)) => {
                format!("An account at the identity provider was connected to {about}, who is an administrator.")
            }
            ("member-invited", Some(about)) => format!("{by} invited {about} as {}.", self.word("role")),
            ("invitation-renewed", Some(about)) => format!("{by} made a new invitation for {about}, as administrator."),
            ("role-changed", Some(about)) => format!("{by} made {about} {}.", self.word("role")),
            ("break-glass", about) => {
                let done = about
                    .map_or("moved sign-in back to passwords".to_owned(), |whose| format!("reset the MFA of {whose}"));
                format!("Emergency access: {by} {done}. The reason given: “{}”", self.word("reason"))
            }
            (other, _) => format!("This happened: {}.", other.replace('-', " ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Letter;
    use serde_json::{Value, json};

    fn letter(notice: &Value) -> Option<Letter> {
        let data = json!({ "tenant": "demo", "tenant_name": "Demo BV", "notice": notice });
        let body = json!({ "type": "edge-mfa.notice", "timestamp": 0, "data": data });
        Letter::read("id", body.to_string().as_bytes())
    }

    fn of(event: &str) -> Value {
        let what = json!({ "event": event, "set": 2, "number": 4, "left": 6, "by": "member", "reason": "lost phone" });
        json!({ "to": "anna", "by": null, "about": null, "at": 0, "what": what, "link": null })
    }

    #[test]
    fn an_invitation_says_to_what_and_where_to_go() {
        let what = json!({ "event": "invited", "role": "member", "expires_at": 604_800 });
        let notice = json!({ "to": "mo", "by": null, "about": null, "at": 0, "what": what, "link": "http://x/#y" });
        let letter = letter(&notice).unwrap();
        assert_eq!(letter.text, "You are invited to Demo BV as member. The link works once, for 7 days.");
        let link = letter.link.unwrap();
        assert_eq!((letter.to.as_str(), link.label, link.url.as_str()), ("mo", "Accept the invitation", "http://x/#y"));
    }

    #[test]
    fn everything_that_is_told_has_a_sentence_of_its_own() {
        let told = "enrolled reset recovery-key-used recovery-keys-replaced device-remembered device-token-reused \
                    password-burnt password-replaced password-link-issued authenticator-locked disowned sessions-ended \
                    older-recovery-key left invited switched-on switched-off used-external used-local suspended resumed \
                    deleted break-glass external-configured";
        for event in told.split_whitespace() {
            let text = letter(&of(event)).unwrap().text;
            assert!(!text.starts_with("This happened"), "{event}: {text}");
        }
        assert_eq!(letter(&of("something-new")).unwrap().text, "This happened: something new.");
    }

    #[test]
    fn what_is_about_somebody_else_says_so() {
        let told = "authenticator-locked disowned break-glass member-invited invitation-renewed role-changed";
        for event in told.split_whitespace() {
            let mut notice = of(event);
            notice["about"] = json!("mo");
            let text = letter(&notice).unwrap().text;
            assert!(text.contains("mo") && !text.starts_with("This happened"), "{event}: {text}");
        }
    }

    #[test]
    fn a_link_that_runs_something_is_none() {
        let mut notice = of("enrolled");
        notice["link"] = json!("javascript:alert(1)");
        assert!(letter(&notice).unwrap().link.is_none());
    }

    #[test]
    fn what_is_no_notice_is_none() {
        assert!(Letter::read("id", b"").is_none());
        assert!(Letter::read("id", b"{\"type\":\"other\"}").is_none());
        assert!(letter(&json!({ "to": "anna" })).is_none());
    }
}
