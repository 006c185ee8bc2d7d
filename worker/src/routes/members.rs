//! Access control › Members: who belongs, who is invited, what is done about them.

use mfa_core::member::Assurance;
use mfa_core::tenant::directory::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use worker::Response;

use super::access::{self, Authority};
use super::guard::{self, Nothing};
use super::{Body, Visit};
use crate::error::{Code, Problem};
use crate::journal;
use crate::json::Tree;
use crate::object_ref::{
    self, Act, Invitation, Invitee, MemberAsk, MemberName, MemberRow, MembersFilter, MembersQuery, RowResult,
    TenantReply,
};

/// Members on a page when the request does not say.
const PAGE: u32 = 50;
const LONGEST_PAGE: u32 = 100;
/// Lines of one part of an import.
const ROWS: usize = 50;
/// Characters of a search. No username is longer.
const LONGEST_SEARCH: usize = 64;

pub(super) async fn list(visit: &Visit) -> Result<Response, Problem> {
    let (person, authority) = Authority::administrator(visit, Assurance::Live).await?;
    page(visit, &authority, Some(&person.claims.member)).await
}

/// A page of the directory, for whoever has the authority.
pub(super) async fn page(visit: &Visit, authority: &Authority, own: Option<&MemberName>) -> Result<Response, Problem> {
    let query = visit.query(&["search", "filter", "after", "limit"])?;
    let search = query.text("search").to_lowercase();
    if search.len() > LONGEST_SEARCH {
        return Err(Problem::from(Code::BadRequest).with("field", "search"));
    }
    let query = MembersQuery {
        search: search.trim().to_owned(),
        filter: query.word("filter")?.unwrap_or(MembersFilter::All),
        after: query.text("after").to_owned(),
        limit: query.number("limit")?.unwrap_or(PAGE).clamp(1, LONGEST_PAGE),
    };
    match authority.look(visit, Act::Members(query)).await? {
        TenantReply::Members(page) => visit.json(
            200,
            &json!({
                "members": page.members.iter().map(|row| shown(row, own)).collect::<Vec<_>>(),
                "next": page.next,
                "counts": {
                    "active": page.counts.active,
                    "invited": page.counts.invited,
                    "enrolled": page.counts.enrolled,
                    "locked": page.counts.locked,
                    "administrators": page.counts.administrators,
                },
            }),
        ),
        reply => Err(access::refused(reply)),
    }
}

pub(super) async fn show(visit: &Visit) -> Result<Response, Problem> {
    let (person, authority) = Authority::administrator(visit, Assurance::Live).await?;
    match authority.look(visit, Act::Member { member: visit.member()? }).await? {
        TenantReply::Member(row) => visit.json(200, &shown(&row, Some(&person.claims.member))),
        reply => Err(access::refused(reply)),
    }
}

pub(super) async fn enrolment(visit: &Visit) -> Result<Response, Problem> {
    let (_, authority) = Authority::administrator(visit, Assurance::Live).await?;
    match authority.look(visit, Act::Enrolment).await? {
        TenantReply::Enrolment(chart) => {
            let buckets = chart.buckets.iter().map(|(at, enrolled)| json!({ "at": at, "enrolled": enrolled }));
            visit.json(
                200,
                &json!({
                    "since": chart.since,
                    "active": chart.active,
                    "enrolled": chart.enrolled,
                    "buckets": buckets.collect::<Vec<_>>(),
                }),
            )
        }
        reply => Err(access::refused(reply)),
    }
}

fn shown(row: &MemberRow, own: Option<&MemberName>) -> Value {
    json!({
        "member": row.member,
        "username": row.username,
        "role": row.role,
        "standing": row.standing,
        "invitation_expires_at": row.invitation_expires_at,
        "joined_at": row.joined_at,
        "enrolled_at": row.enrolled_at,
        "locked": row.locked,
        "recovery_keys_left": row.recovery_keys_left,
        "last_sign_in_at": row.last_sign_in_at,
        "signed_in": row.signed_in,
        "self": own == Some(&row.member),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMember {
    username: String,
    role: Role,
}

pub(super) async fn invite(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let new: NewMember = body.parse()?;
    let username = guard::new_username(&new.username).ok_or(Code::UsernameUnacceptable)?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    let act = Act::Invite { invitee: invitee(visit, username), role: new.role };
    invited(visit, authority.act(visit, act).await?)
}

pub(super) async fn invite_again(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let member = visit.member()?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    invited(visit, authority.act(visit, Act::InviteAgain { member }).await?)
}

fn invited(visit: &Visit, reply: TenantReply) -> Result<Response, Problem> {
    match reply {
        TenantReply::Invited(invitation) => visit.json(201, &invitation_shown(&invitation)),
        reply => Err(access::refused(reply)),
    }
}

/// An invitation with its link, which is shown to whoever invites and sent to the invited.
pub(super) fn invitation_shown(invitation: &Invitation) -> Value {
    json!({
        "member": invitation.member,
        "username": invitation.username,
        "role": invitation.role,
        "url": invitation.url,
        "expires_at": invitation.expires_at,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    rows: Vec<Tree>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    username: String,
    role: String,
}

/// Several at once. What is wrong with one line does not hold up the others; each is answered in its place.
pub(super) async fn invite_many(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Rows { rows } = body.parse()?;
    let unfit = || Problem::from(Code::BadRequest).with("field", "rows");
    if !(1..=ROWS).contains(&rows.len()) {
        return Err(unfit());
    }
    let rows: Vec<Row> = rows.iter().map(|row| row.read().map_err(|_| unfit())).collect::<Result<_, _>>()?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    let judged: Vec<Result<(Invitee, Role), &str>> = rows.iter().map(|row| judge(visit, row)).collect();
    let good = judged.iter().filter_map(|row| row.as_ref().ok()).cloned().collect();
    let results = match authority.act(visit, Act::InviteMany { rows: good }).await? {
        TenantReply::InvitedMany(results) => results,
        reply => return Err(access::refused(reply)),
    };
    let mut results = results.into_iter();
    let mut report = Vec::with_capacity(rows.len());
    for (row, judged) in rows.iter().zip(&judged) {
        let mut line = match judged {
            Err(word) => json!({ "result": word }),
            Ok(_) => row_result(&results.next().ok_or_else(|| Problem::alarm("an import's line was not answered"))?),
        };
        if let Value::Object(line) = &mut line {
            line.insert("username".to_owned(), row.username.as_str().into());
        }
        report.push(line);
    }
    visit.json(200, &json!({ "results": report }))
}

fn judge(visit: &Visit, row: &Row) -> Result<(Invitee, Role), &'static str> {
    let username = guard::new_username(&row.username).ok_or("username_unacceptable")?;
    let role = match row.role.trim() {
        "member" => Role::Member,
        "administrator" => Role::Administrator,
        _ => return Err("role_unacceptable"),
    };
    Ok((invitee(visit, username), role))
}

fn row_result(result: &RowResult) -> Value {
    match result {
        RowResult::Invited(invitation) => {
            json!({ "result": "invited", "url": invitation.url, "expires_at": invitation.expires_at })
        }
        RowResult::AlreadyMember => json!({ "result": "already_member" }),
        RowResult::AlreadyInvited => json!({ "result": "already_invited" }),
        RowResult::Twice => json!({ "result": "twice" }),
    }
}

pub(super) async fn remove(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    order(visit, |member| Act::Remove { member }).await
}

pub(super) async fn reset_mfa(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    order(visit, |member| Act::ResetMfa { member }).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRole {
    role: Role,
}

pub(super) async fn change_role(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let NewRole { role } = body.parse()?;
    order(visit, |member| Act::ChangeRole { member, role }).await
}

async fn order(visit: &Visit, act: impl FnOnce(MemberName) -> Act) -> Result<Response, Problem> {
    let member = visit.member()?;
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    let reply = authority.act(visit, act(member.clone())).await?;
    ordered(visit, &member, reply).await
}

/// The order holds already. Telling the member's object at once ends her sessions at the edges without delay; should
/// this fail, the tenant's object tells her until it succeeds.
pub(super) async fn ordered(visit: &Visit, member: &MemberName, reply: TenantReply) -> Result<Response, Problem> {
    let TenantReply::Ordered { ask } = reply else {
        return Err(access::refused(reply));
    };
    if let Some(ask) = ask {
        tell(visit, member, *ask).await;
    }
    Ok(visit.empty(204))
}

/// Tells a member's object at once what the tenant's tells it until it has heard.
pub(super) async fn tell(visit: &Visit, member: &MemberName, ask: MemberAsk) {
    let request = visit.member_request(member, None, ask);
    if object_ref::ask_member(&visit.env, &request).await.is_err() {
        journal::noted("a member was not told at once");
    }
}

fn invitee(visit: &Visit, username: String) -> Invitee {
    Invitee { member: MemberName::of(&visit.tenant, &username, &visit.secrets.naming), username }
}
