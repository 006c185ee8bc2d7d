//! The demo tenants, made through the same public doors as any other.

use super::http::{Answer, Door};
use super::secrets::{base64url, random, write_private};
use crate::{Outcome, project};
use serde_json::{Value, json};
use std::fmt;
use std::fs;

const ADMINISTRATOR: &str = "anna";
const MEMBER: &str = "mo";

/// The administrator of the other tenant, in which MFA is not on yet.
const NEWCOMER: &str = "eva";

pub(super) struct SignIns {
    pub(super) administrator: SignIn,
    pub(super) member: SignIn,
}

pub(super) struct SignIn {
    username: &'static str,
    password: String,
}

impl fmt::Display for SignIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:<6} password {}", self.username, self.password)
    }
}

/// Makes of the demo tenant whatever is not there yet. May be interrupted anywhere and run again:
/// the passwords are remembered before they are used.
pub(super) fn tenant(door: &Door, operator_token: &str) -> Outcome<SignIns> {
    let passwords = remembered_passwords()?;
    make(door, operator_token, "demo", "Demo BV", "mfa", ADMINISTRATOR)?;
    let person = |username, role| {
        let password = passwords[username].as_str().unwrap_or_default().to_owned();
        admit(door, operator_token, username, role, &password)?;
        Ok::<_, String>(SignIn { username, password })
    };
    Ok(SignIns { administrator: person(ADMINISTRATOR, "administrator")?, member: person(MEMBER, "member")? })
}

/// The link that the administrator of the tenant `fresh` begins with. Nothing if she has gone through it.
pub(super) fn fresh_invitation(door: &Door, operator_token: &str) -> Outcome<Option<String>> {
    match make(door, operator_token, "fresh", "Fresh BV", "password", NEWCOMER)? {
        Some(link) => Ok(Some(link)),
        None => invite(door, operator_token, "fresh", NEWCOMER, "administrator"),
    }
}

/// Makes a tenant. Its first administrator's invitation, or nothing if it is there already.
fn make(
    door: &Door,
    operator_token: &str,
    tenant: &str,
    name: &str,
    mode: &str,
    administrator: &str,
) -> Outcome<Option<String>> {
    let new = json!({ "tenant": tenant, "name": name, "mode": mode, "administrator": administrator });
    let made = door.post("/api/v1/operator/tenants", Some(operator_token), &new)?;
    match (made.status, made.body.pointer("/invitation/url").and_then(Value::as_str)) {
        (409, _) => Ok(None),
        (201, Some(url)) => Ok(Some(url.to_owned())),
        _ => Err(refused(&format!("create the tenant {tenant}"), &made)),
    }
}

/// The invitation's link, or nothing if the person is a member already.
fn invite(door: &Door, operator_token: &str, tenant: &str, username: &str, role: &str) -> Outcome<Option<String>> {
    let invitation = json!({ "username": username, "role": role });
    let path = format!("/api/v1/operator/tenants/{tenant}/invitations");
    let invited = door.post(&path, Some(operator_token), &invitation)?;
    match (invited.status, invited.body.get("url").and_then(Value::as_str)) {
        (409, _) => Ok(None),
        (201, Some(url)) => Ok(Some(url.to_owned())),
        _ => Err(refused(&format!("invite {username}"), &invited)),
    }
}

/// Invites and accepts on the person's behalf, unless they are a member already.
fn admit(door: &Door, operator_token: &str, username: &str, role: &str, password: &str) -> Outcome {
    let Some(url) = invite(door, operator_token, "demo", username, role)? else { return Ok(()) };
    let (_, token) = url.split_once('#').ok_or("the edge's invitation has no token")?;
    let acceptance = json!({ "token": token, "password": password });
    let accepted = door.post("/api/v1/tenants/demo/invitation/accept", None, &acceptance)?;
    match accepted.status {
        201 => Ok(()),
        _ => Err(refused(&format!("accept {username}'s invitation"), &accepted)),
    }
}

/// Kept beside the edge's own state, so that who deletes the one deletes the other.
fn remembered_passwords() -> Outcome<Value> {
    let path = project::edge_state().join("demo-passwords.json");
    let remembered = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    if let Some(passwords) = remembered {
        return Ok(passwords);
    }
    let passwords = json!({ ADMINISTRATOR: fresh_password()?, MEMBER: fresh_password()? });
    fs::create_dir_all(project::edge_state()).map_err(|error| format!(".edge cannot be made: {error}"))?;
    write_private(&path, &passwords.to_string())?;
    Ok(passwords)
}

/// Random, because the local edge may be reachable by others; short, because it is typed.
fn fresh_password() -> Outcome<String> {
    let letters: String = base64url(&random::<24>()?).to_lowercase();
    let mut letters = letters.chars().filter(char::is_ascii_lowercase);
    let mut word = || letters.by_ref().take(5).collect::<String>();
    Ok(format!("{}-{}-{}", word(), word(), word()))
}

fn refused(what: &str, answer: &Answer) -> String {
    format!(
        "the local edge would not {what} ({}). If its state in .edge is of another version or its \
         secrets in .dev.vars were changed, delete both and run this again",
        answer.problem()
    )
}
