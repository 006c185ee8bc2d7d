//! Settings › Applications: which software may rely on us.

use mfa_core::external::{Address, AddressError};
use mfa_core::member::Assurance;
use mfa_core::tenant::application::{
    Application, ApplicationKind, ApplicationName, GuardedOrigin, GuardedOrigins, ReturnAddress, ReturnAddresses,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use worker::Response;

use super::access::{self, Authority};
use super::guard::Nothing;
use super::issuer::issuer;
use super::{Body, Visit};
use crate::error::{Code, Problem};
use crate::object_ref::{Act, TenantReply};
use crate::runtime;

pub(super) async fn list(visit: &Visit) -> Result<Response, Problem> {
    let applications = all(visit).await?;
    let applications: Vec<_> = applications.iter().map(shown).collect();
    visit.json(200, &json!({ "issuer": issuer(visit), "applications": applications }))
}

pub(super) async fn show(visit: &Visit) -> Result<Response, Problem> {
    let id = visit.application()?;
    let found = all(visit).await?.into_iter().find(|application| application.id == id).ok_or(Code::NotFound)?;
    visit.json(200, &shown(&found))
}

async fn all(visit: &Visit) -> Result<Vec<Application>, Problem> {
    let (_, authority) = Authority::administrator(visit, Assurance::Live).await?;
    match authority.look(visit, Act::Applications).await? {
        TenantReply::Applications(applications) => Ok(applications),
        reply => Err(access::refused(reply)),
    }
}

/// What an administrator writes down about one. Each kind has members of its own; those of the other are refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    name: String,
    kind: Kind,
    #[serde(default, deserialize_with = "given")]
    public: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    redirect_uris: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    post_logout_redirect_uris: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    back_channel_logout_uri: Option<String>,
    #[serde(default, deserialize_with = "given")]
    return_uris: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    hosts: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Client,
    Login,
    Provisioning,
    Gate,
}

/// What is left out is left out; `null` is another thing, and none that anybody has to send.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Described {
    fn read(self, visit: &Visit) -> Result<(ApplicationName, ApplicationKind), Problem> {
        let name = ApplicationName::parse(&self.name).ok_or_else(|| field("name"))?;
        let kind = match self.kind {
            Kind::Client => {
                none("return_uris", self.return_uris.is_some())?;
                none("hosts", self.hosts.is_some())?;
                let redirect_uris = addresses("redirect_uris", self.redirect_uris)?;
                none("redirect_uris", redirect_uris.is_empty())?;
                let logout = "post_logout_redirect_uris";
                let post_logout_redirect_uris = addresses(logout, self.post_logout_redirect_uris)?;
                let back_channel_logout_uri = match &self.back_channel_logout_uri {
                    Some(text) => Some(asked_by_us(visit, text)?),
                    None => None,
                };
                let public = self.public.unwrap_or(false);
                ApplicationKind::Client { public, redirect_uris, post_logout_redirect_uris, back_channel_logout_uri }
            }
            Kind::Login => {
                none("public", self.public.is_some())?;
                none("redirect_uris", self.redirect_uris.is_some())?;
                none("post_logout_redirect_uris", self.post_logout_redirect_uris.is_some())?;
                none("back_channel_logout_uri", self.back_channel_logout_uri.is_some())?;
                none("hosts", self.hosts.is_some())?;
                ApplicationKind::Login { return_uris: addresses("return_uris", self.return_uris)? }
            }
            Kind::Provisioning => {
                none("public", self.public.is_some())?;
                none("redirect_uris", self.redirect_uris.is_some())?;
                none("post_logout_redirect_uris", self.post_logout_redirect_uris.is_some())?;
                none("back_channel_logout_uri", self.back_channel_logout_uri.is_some())?;
                none("return_uris", self.return_uris.is_some())?;
                none("hosts", self.hosts.is_some())?;
                ApplicationKind::Provisioning
            }
            Kind::Gate => {
                none("public", self.public.is_some())?;
                none("redirect_uris", self.redirect_uris.is_some())?;
                none("post_logout_redirect_uris", self.post_logout_redirect_uris.is_some())?;
                none("back_channel_logout_uri", self.back_channel_logout_uri.is_some())?;
                none("return_uris", self.return_uris.is_some())?;
                ApplicationKind::Gate { hosts: origins(self.hosts)? }
            }
        };
        Ok((name, kind))
    }
}

fn addresses(name: &'static str, given: Option<Vec<String>>) -> Result<ReturnAddresses, Problem> {
    ReturnAddresses::new(each(name, given, ReturnAddress::parse)?).ok_or_else(|| field(name))
}

fn origins(given: Option<Vec<String>>) -> Result<GuardedOrigins, Problem> {
    let name = "hosts";
    GuardedOrigins::new(each(name, given, GuardedOrigin::parse)?).ok_or_else(|| field(name))
}

/// All of a list, or which of them does not fit.
fn each<T>(
    name: &'static str,
    given: Option<Vec<String>>,
    parse: impl Fn(&str) -> Result<T, AddressError>,
) -> Result<Vec<T>, Problem> {
    let one =
        |(place, text): (usize, &String)| parse(text).map_err(|error| unfit(name, error).with("position", place + 1));
    given.unwrap_or_default().iter().enumerate().map(one).collect()
}

/// An address that we go to ourselves: on this machine only where its operator says so.
fn asked_by_us(visit: &Visit, text: &str) -> Result<ReturnAddress, Problem> {
    let name = "back_channel_logout_uri";
    Address::parse(text, runtime::loopback(&visit.env)).map_err(|error| unfit(name, error))?;
    ReturnAddress::parse(text).map_err(|error| unfit(name, error))
}

fn none(name: &'static str, is_there: bool) -> Result<(), Problem> {
    if is_there { Err(field(name)) } else { Ok(()) }
}

fn unfit(name: &'static str, error: AddressError) -> Problem {
    field(name).with("reason", error.word())
}

fn field(name: &'static str) -> Problem {
    Problem::from(Code::BadRequest).with("field", name)
}

pub(super) async fn register(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let (name, kind) = body.parse::<Described>()?.read(visit)?;
    answer(visit, 201, act(visit, Act::RegisterApplication { name, kind }).await?)
}

pub(super) async fn change(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let (name, kind) = body.parse::<Described>()?.read(visit)?;
    let application = visit.application()?;
    answer(visit, 200, act(visit, Act::ChangeApplication { application, name, kind }).await?)
}

pub(super) async fn remove(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let application = visit.application()?;
    match act(visit, Act::RemoveApplication { application }).await? {
        TenantReply::Done => Ok(visit.empty(204)),
        reply => Err(access::refused(reply)),
    }
}

pub(super) async fn add_key(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let Nothing {} = body.parse()?;
    let application = visit.application()?;
    answer(visit, 201, act(visit, Act::AddApplicationKey { application }).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichKey {
    number: u32,
}

pub(super) async fn end_key(visit: &Visit, body: &Body) -> Result<Response, Problem> {
    let WhichKey { number } = body.parse()?;
    let application = visit.application()?;
    answer(visit, 200, act(visit, Act::EndApplicationKey { application, number }).await?)
}

async fn act(visit: &Visit, act: Act) -> Result<TenantReply, Problem> {
    let (_, authority) = Authority::administrator(visit, Assurance::Administrator).await?;
    authority.act(visit, act).await
}

/// The application as it is now; a key that was just made is in this answer and in no other.
fn answer(visit: &Visit, status: u16, reply: TenantReply) -> Result<Response, Problem> {
    let TenantReply::Application { application, key } = reply else {
        return Err(access::refused(reply));
    };
    let mut body = Map::new();
    if let Some(key) = key {
        body.insert("key".to_owned(), key.into());
    }
    body.insert("application".to_owned(), shown(&application));
    visit.json(status, &Value::Object(body))
}

/// As administrators see it: nothing of a key but its number and times.
fn shown(application: &Application) -> Value {
    let keys = application
        .keys()
        .iter()
        .map(|key| json!({ "number": key.number, "created_at": key.created_at, "last_used_at": key.last_used_at }));
    let mut shown = json!({
        "application": application.id,
        "name": application.name,
        "kind": application.kind.word(),
        "registered_at": application.registered_at,
        "keys": keys.collect::<Vec<_>>(),
    });
    let more = match &application.kind {
        ApplicationKind::Client { public, redirect_uris, post_logout_redirect_uris, back_channel_logout_uri } => {
            json!({
                "public": public,
                "redirect_uris": redirect_uris,
                "post_logout_redirect_uris": post_logout_redirect_uris,
                "back_channel_logout_uri": back_channel_logout_uri,
            })
        }
        ApplicationKind::Login { return_uris } => json!({ "return_uris": return_uris }),
        ApplicationKind::Provisioning => json!({}),
        ApplicationKind::Gate { hosts } => json!({ "hosts": hosts }),
    };
    if let (Value::Object(shown), Value::Object(more)) = (&mut shown, more) {
        shown.extend(more);
    }
    shown
}
