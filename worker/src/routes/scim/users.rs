//! Users: who is to belong, by a directory's word.

use mfa_scim::{CORE_USER, Fault, Filter, Said, Selection};
use serde_json::{Map, Value, json};
use worker::Response;

use super::{ask, base, scim};
use crate::error::{Code, Problem};
use crate::json;
use crate::object_ref::{
    Invitee, MemberName, Provision, ProvisionReply, ProvisionedUser, SaidOfUser, UserChange, UserId,
};
use crate::routes::{Body, Visit, guard, members};

/// Users on a page when the request does not say, and at the most.
const PAGE: u64 = 100;
pub(super) const LONGEST_PAGE: u64 = 200;
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

pub(super) async fn create(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Said { user_name, external_id, active } = mfa_scim::said(&body.0).map_err(unfit)?;
    let user_name = user_name.ok_or_else(|| unfit(Fault::InvalidValue))?;
    let username = guard::new_username(&user_name).ok_or(Code::UsernameUnacceptable)?;
    let member = MemberName::of(&visit.tenant, &username, &visit.secrets.naming);
    let (invitee, external_id) = (Invitee { member, username }, external_id.flatten());
    let act = Provision::Create { invitee, external_id, active: active.unwrap_or(true) };
    user(visit, 201, ask(visit, act).await?).await
}

pub(super) async fn show(visit: &Visit, id: UserId) -> Result<Response, Problem> {
    user(visit, 200, ask(visit, Provision::Read { id }).await?).await
}

pub(super) async fn patch(visit: &Visit, id: UserId, body: &Body) -> Result<Response, Problem> {
    change(visit, id, mfa_scim::patch(&body.0).map_err(unfit)?).await
}

/// What is left out is none any more; whether she belongs is said or stays.
pub(super) async fn replace(visit: &Visit, id: UserId, body: &Body) -> Result<Response, Problem> {
    let said = mfa_scim::replaced(&body.0).map_err(unfit)?;
    if said.user_name.is_none() {
        return Err(unfit(Fault::InvalidValue));
    }
    change(visit, id, said).await
}

async fn change(visit: &Visit, id: UserId, said: Said) -> Result<Response, Problem> {
    let username = match said.user_name {
        // Of who is to leave no name counts.
        Some(text) if said.active != Some(false) => Some(guard::username(&text).ok_or(Code::UsernameUnacceptable)?),
        _ => None,
    };
    let external_id = said.external_id.map_or(SaidOfUser::Nothing, SaidOfUser::Is);
    let change = UserChange { username, external_id, active: said.active };
    user(visit, 200, ask(visit, Provision::Change { id, change }).await?).await
}

pub(super) async fn delete(visit: &Visit, id: UserId) -> Result<Response, Problem> {
    let member = id.member.clone();
    match ask(visit, Provision::Delete { id }).await? {
        ProvisionReply::Deleted { ask } => {
            if let Some(ask) = ask {
                members::tell(visit, &member, ask).await;
            }
            Ok(visit.empty(204))
        }
        reply => Err(refused(reply)),
    }
}

/// Which users, which part of them, which of their attributes.
struct Question {
    filter: Option<String>,
    start: u64,
    count: u64,
    selection: Selection,
}

pub(super) async fn list(visit: &Visit) -> Result<Response, Problem> {
    let number = |name: &str, usual: i64| match parameter(visit, name) {
        Some(text) => text.parse::<i64>().map_err(|_| unfit(Fault::InvalidValue)),
        None => Ok(usual),
    };
    let filter = parameter(visit, "filter").map(str::to_owned);
    let (start, count) = (number("startIndex", 1)?, number("count", PAGE.cast_signed())?);
    page(visit, Question::new(filter, start, count, selection(visit))).await
}

/// The same in a body: what is looked for stands in no log of addresses.
pub(super) async fn search(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Some(Value::Object(asked)) = json::read_bytes(&body.0) else { return Err(unfit(Fault::InvalidSyntax)) };
    let number = |name: &str, usual: i64| match asked.get(name) {
        None | Some(Value::Null) => Ok(usual),
        Some(value) => value.as_i64().ok_or_else(|| unfit(Fault::InvalidValue)),
    };
    let filter = match asked.get("filter") {
        None | Some(Value::Null) => None,
        Some(Value::String(filter)) => Some(filter.clone()),
        Some(_) => return Err(unfit(Fault::InvalidFilter)),
    };
    let names = |name: &str| match asked.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(names)) => {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            names.ok_or_else(|| unfit(Fault::InvalidValue))
        }
        Some(_) => Err(unfit(Fault::InvalidValue)),
    };
    let (attributes, excluded) = (names("attributes")?, names("excludedAttributes")?);
    let selection = Selection::new(attributes.into_iter(), excluded.into_iter());
    let (start, count) = (number("startIndex", 1)?, number("count", PAGE.cast_signed())?);
    page(visit, Question::new(filter, start, count, selection)).await
}

impl Question {
    /// A page that begins before the first begins with it, one of less than nobody is of nobody (RFC 7644 §3.4.2.4).
    fn new(filter: Option<String>, start: i64, count: i64, selection: Selection) -> Question {
        let count = u64::try_from(count).unwrap_or_default().min(LONGEST_PAGE);
        Question { filter, start: u64::try_from(start).unwrap_or_default().max(1), count, selection }
    }
}

async fn page(visit: &Visit, question: Question) -> Result<Response, Problem> {
    let Question { filter, start, count, selection } = question;
    if let Some(filter) = &filter {
        Filter::parse(filter).map_err(unfit)?;
    }
    let ProvisionReply::Page { total, users } =
        ask(visit, Provision::List { filter, skip: start.saturating_sub(1), count }).await?
    else {
        return Err(Problem::alarm("a tenant object gave an answer of another kind"));
    };
    let resources: Vec<Value> = users.iter().map(|user| shown(visit, user, &selection)).collect();
    scim(
        visit,
        200,
        &json!({
            "schemas": [LIST],
            "totalResults": total,
            "startIndex": start,
            "itemsPerPage": resources.len(),
            "Resources": resources,
        }),
    )
}

async fn user(visit: &Visit, status: u16, reply: ProvisionReply) -> Result<Response, Problem> {
    let ProvisionReply::User { user, ask } = reply else { return Err(refused(reply)) };
    if let Some(ask) = ask {
        members::tell(visit, &user.id.member, ask).await;
    }
    if status == 201 {
        visit.reply_headers.set("location", &location(visit, &user))?;
    }
    scim(visit, status, &shown(visit, &user, &selection(visit)))
}

fn shown(visit: &Visit, user: &ProvisionedUser, selection: &Selection) -> Value {
    let mut shown = Map::new();
    shown.insert("schemas".to_owned(), json!([CORE_USER]));
    shown.insert("id".to_owned(), user.id.text().into());
    if let Some(external_id) = &user.external_id {
        shown.insert("externalId".to_owned(), external_id.as_str().into());
    }
    shown.insert("userName".to_owned(), user.username.as_str().into());
    shown.insert("active".to_owned(), user.active.into());
    shown.insert("meta".to_owned(), json!({ "resourceType": "User", "location": location(visit, user) }));
    selection.apply(&mut shown);
    Value::Object(shown)
}

fn location(visit: &Visit, user: &ProvisionedUser) -> String {
    format!("{}/Users/{}", base(visit), user.id.text())
}

/// What is not understood in an address is read past, as in a body: Entra ID has its own marks there.
fn parameter<'a>(visit: &'a Visit, name: &str) -> Option<&'a str> {
    visit.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

fn selection(visit: &Visit) -> Selection {
    let names = |name: &str| parameter(visit, name).unwrap_or_default().split(',');
    Selection::new(names("attributes"), names("excludedAttributes"))
}

fn unfit(fault: Fault) -> Problem {
    Problem::from(Code::BadRequest).with("scim_type", fault.word()).with("detail", fault.sentence())
}

fn refused(reply: ProvisionReply) -> Problem {
    match reply {
        ProvisionReply::NoUser => Code::NotFound.into(),
        ProvisionReply::Exists => Problem::from(Code::Conflict).with("scim_type", "uniqueness"),
        ProvisionReply::NameStays => unfit(Fault::Mutability),
        ProvisionReply::RemovedHere => Problem::from(Code::Conflict).with(
            "detail",
            "An administrator removed this member. Invite her again here; then she can be provisioned.",
        ),
        ProvisionReply::LastAdministrator => Code::LastAdministrator.into(),
        ProvisionReply::Proven
        | ProvisionReply::User { .. }
        | ProvisionReply::Page { .. }
        | ProvisionReply::Deleted { .. } => Problem::alarm("a tenant object gave an answer of another kind"),
    }
}
