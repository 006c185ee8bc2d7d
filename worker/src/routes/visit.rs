//! One request on its way through, and what it is answered with.

use std::rc::Rc;

use mfa_core::tenant::application::ApplicationId;
use mfa_core::time::Timestamp;
use serde::Serialize;
use worker::{Context, Env, Headers, Response, ResponseBuilder};

use super::query::Query;
use crate::application_key::PresentedKey;
use crate::error::{Code, Problem};
use crate::journal;
use crate::object_ref::{MemberAsk, MemberName, MemberRequest};
use crate::runtime::Secrets;
use crate::sieve::{self, Door};

/// One request and what it is answered with.
pub(crate) struct Visit {
    pub(crate) env: Env,
    pub(crate) secrets: Secrets,
    pub(crate) headers: Headers,
    /// Scheme, host and port that links lead to.
    pub(crate) origin: String,
    /// The tenant in the path; empty where there is none.
    pub(crate) tenant: String,
    /// The member in the path.
    pub(super) member: Option<MemberName>,
    /// The application in the path.
    pub(super) application: Option<ApplicationId>,
    /// What stands after the path's question mark.
    pub(super) query: Vec<(String, String)>,
    /// Town and country, as far as the platform knows.
    pub(crate) place: Option<String>,
    pub(crate) now: Timestamp,
    /// What the log calls the administrator's act that is asked for, if it would change something.
    pub(super) act: Option<&'static str>,
    /// The client's idempotency key; empty where nothing changes.
    pub(crate) idempotency: String,
    /// The application's key that the request bears, where it has to bear one.
    pub(super) key: Option<PresentedKey>,
    /// Headers of the answer.
    pub(crate) reply_headers: Headers,
    pub(super) context: Rc<Context>,
}

impl Visit {
    /// An answer in JSON.
    pub(crate) fn json<T: Serialize>(&self, status: u16, body: &T) -> Result<Response, Problem> {
        let response = ResponseBuilder::new().with_status(status).with_headers(self.reply_headers.clone());
        Ok(response.from_json(body)?)
    }

    /// An answer without a body.
    pub(crate) fn empty(&self, status: u16) -> Response {
        ResponseBuilder::new().with_status(status).with_headers(self.reply_headers.clone()).empty()
    }

    /// The member in the path.
    pub(crate) fn member(&self) -> Result<MemberName, Problem> {
        self.member.clone().ok_or_else(|| Code::NotFound.into())
    }

    /// The application in the path.
    pub(crate) fn application(&self) -> Result<ApplicationId, Problem> {
        self.application.ok_or_else(|| Code::NotFound.into())
    }

    /// The application's key that the request bears.
    pub(super) fn key(&self) -> Result<PresentedKey, Problem> {
        self.key.ok_or_else(|| Code::ApplicationKeyRefused.into())
    }

    /// The query, if it has no other parameters than these.
    pub(crate) fn query(&self, allowed: &[&'static str]) -> Result<Query<'_>, Problem> {
        Query::read(&self.query, allowed)
    }

    /// Refuses whoever knocks too often at a door that stands open to everybody.
    pub(super) async fn sieve(&self, door: Door) -> Result<(), Problem> {
        sieve::pass(&self.env, &self.headers, &self.tenant, door, self.now).await
    }

    /// Has something done once the answer is on its way.
    pub(crate) fn after_answer<F: Future<Output = ()> + 'static>(self, work: impl FnOnce(Visit) -> F) {
        let context = Rc::clone(&self.context);
        let request = journal::current();
        let work = work(self);
        context.wait_until(async move {
            match request {
                Some(request) => journal::within(request, work).await,
                None => work.await,
            }
        });
    }

    /// A request to a member's object. Without an idempotency key it is answered anew each time.
    pub(crate) fn member_request(
        &self,
        member: &MemberName,
        idempotency: Option<String>,
        ask: MemberAsk,
    ) -> MemberRequest {
        let (tenant, origin) = (self.tenant.clone(), self.origin.clone());
        MemberRequest { tenant, member: member.clone(), origin, idempotency, ask }
    }

    /// The idempotency key of one step of a flow that asks an object more than once. Reading needs none.
    pub(crate) fn step(&self, name: &str) -> Option<String> {
        (!self.idempotency.is_empty()).then(|| format!("{}/{name}", self.idempotency))
    }
}
