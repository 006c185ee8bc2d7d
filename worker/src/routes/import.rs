//! The operator brings members in whose authenticators were made elsewhere, and takes authenticators out.
//!
//! First the directory invites them, then each member's object takes the authenticator that waits for its owner. Either
//! can be done again: a line whose answer was lost is sent once more, and nothing changes that is done.

use mfa_core::key_uri::KeyUri;
use mfa_core::member::{Imported, Outcome};
use mfa_core::tenant::directory::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use worker::Response;

use super::access::{self, Authority};
use super::sign_in::ask_granted;
use super::{Body, Visit, guard};
use crate::error::{Code, Problem};
use crate::json::Tree;
use crate::object_ref::{Act, GrantedAsk, ImportStep, Invitation, Invitee, MemberName, TenantGrant, TenantReply};

/// Lines of one request: with the longest secrets they fit into a body.
const ROWS: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    dry_run: bool,
    rows: Vec<Tree>,
}

/// It holds a secret, so it has no `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    username: String,
    role: String,
    key_uri: String,
}

/// A line that can be brought in.
struct Fit {
    invitee: Invitee,
    role: Role,
}

pub(super) async fn import(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Rows { dry_run, rows } = body.parse()?;
    let unfit = || Problem::from(Code::BadRequest).with("field", "rows");
    if !(1..=ROWS).contains(&rows.len()) {
        return Err(unfit());
    }
    let rows: Vec<Row> = rows.iter().map(|row| row.read().map_err(|_| unfit())).collect::<Result<_, _>>()?;
    let judged: Vec<Result<Fit, &str>> = rows.iter().map(|row| judge(visit, row)).collect();
    let good = judged.iter().flatten().map(|fit| (fit.invitee.clone(), fit.role)).collect();
    let act = Act::Import { rows: good, dry_run };
    let reply = match dry_run {
        true => Authority::operator().look(visit, act).await?,
        false => Authority::operator().act(visit, act).await?,
    };
    let TenantReply::Import(steps) = reply else { return Err(access::refused(reply)) };
    let mut steps = steps.into_iter();
    let mut report = Vec::with_capacity(rows.len());
    for (row, judged) in rows.iter().zip(&judged) {
        let mut line = match judged {
            Err(word) => json!({ "result": word }),
            Ok(fit) => {
                let step = steps.next().ok_or_else(|| Problem::alarm("an import's line was not answered"))?;
                take(visit, &fit.invitee.member, row, step, dry_run).await?
            }
        };
        if let Value::Object(line) = &mut line {
            line.insert("username".to_owned(), row.username.as_str().into());
        }
        report.push(line);
    }
    visit.json(200, &json!({ "dry_run": dry_run, "results": report }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Leaving {
    reason: String,
    after: String,
}

/// Members with their authenticators, for a tenant that leaves. Each answer holds secrets, so none is kept to be
/// repeated.
pub(super) async fn export(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Leaving { reason, after } = body.parse()?;
    let reason = super::operator::reason(&reason)?;
    if after.len() > 64 {
        return Err(Problem::from(Code::BadRequest).with("field", "after"));
    }
    let reply = Authority::operator().look(visit, Act::Export { after, reason }).await?;
    let TenantReply::Export { rows, next } = reply else { return Err(access::refused(reply)) };
    let mut members = Vec::with_capacity(rows.len());
    for (row, grant) in rows {
        let mut key_uri = None;
        if let Some(grant) = grant {
            let reply = super::sign_in::ask_now(visit, &row.member, &grant, GrantedAsk::Export).await?;
            match reply.outcome {
                Outcome::Exported { .. } => key_uri = reply.key_uri,
                // She belongs, and has never been here.
                Outcome::SessionEnded => {}
                outcome => return Err(super::step::refusal(visit, outcome)),
            }
        }
        members.push(json!({
            "username": row.username,
            "role": row.role,
            "standing": row.standing,
            "joined_at": row.joined_at,
            "enrolled_at": row.enrolled_at,
            "locked": row.locked,
            "key_uri": key_uri,
        }));
    }
    visit.json(200, &json!({ "members": members, "next": next }))
}

fn judge(visit: &Visit, row: &Row) -> Result<Fit, &'static str> {
    let username = guard::new_username(&row.username).ok_or("username_unacceptable")?;
    let role = match row.role.trim() {
        "member" => Role::Member,
        "administrator" => Role::Administrator,
        _ => return Err("role_unacceptable"),
    };
    let uri = KeyUri::parse(&row.key_uri).map_err(|_| "authenticator_unacceptable")?;
    Imported::new(uri.secret, uri.parameters).map_err(|_| "authenticator_unacceptable")?;
    let member = MemberName::of(&visit.tenant, &username, &visit.secrets.naming);
    Ok(Fit { invitee: Invitee { member, username }, role })
}

/// What comes of a line once the directory has answered.
async fn take(
    visit: &Visit,
    member: &MemberName,
    row: &Row,
    step: ImportStep,
    dry_run: bool,
) -> Result<Value, Problem> {
    Ok(match step {
        ImportStep::Free => json!({ "result": "importable" }),
        ImportStep::Twice => json!({ "result": "twice" }),
        ImportStep::AlreadyMember => json!({ "result": "already_member" }),
        ImportStep::Waiting(_) if dry_run => json!({ "result": "already_invited" }),
        ImportStep::Waiting(grant) => json!({ "result": bring(visit, member, row, &grant).await? }),
        ImportStep::Invited(invitation, grant) => {
            let result = bring(visit, member, row, &grant).await?;
            let Invitation { url, expires_at, .. } = invitation;
            json!({ "result": result, "url": url, "expires_at": expires_at })
        }
    })
}

/// Hands the authenticator to the member's object.
async fn bring(visit: &Visit, member: &MemberName, row: &Row, grant: &TenantGrant) -> Result<&'static str, Problem> {
    let ask = GrantedAsk::Import { key_uri: row.key_uri.clone() };
    match ask_granted(visit, member, grant, "import", ask).await?.outcome {
        Outcome::Imported => Ok("imported"),
        Outcome::AlreadyImported => Ok("already_imported"),
        // She accepted between the directory's answer and this, or her word of it has not arrived there yet.
        Outcome::AlreadyJoined => Ok("already_member"),
        outcome => Err(super::step::refusal(visit, outcome)),
    }
}
