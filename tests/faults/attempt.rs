//! One request that is tried under a fault, and what must hold of it afterwards.

use std::rc::Rc;

use edge_mfa_tests::{Answer, Client, Tenant, Value, laws, random};

use crate::switch::{Fault, Seen, Switch};

/// What must hold once it was acknowledged.
type Done = Box<dyn FnOnce(&Client, &Answer)>;
/// Whether somebody outside has been told of it.
type Told = Box<dyn Fn() -> bool>;
/// What must hold when it was not acknowledged, and nobody asks again: it is done or not done, either of them whole.
type Either = Box<dyn FnOnce(&Client)>;

/// A request with somebody who has just been made for it.
pub struct Attempt {
    browser: Client,
    tenant: Tenant,
    path: String,
    body: Option<Value>,
    by_operator: bool,
    success: u16,
    leaves: Option<(&'static str, String)>,
    /// So many like it are there already, or on their way.
    already: usize,
    told: Option<Told>,
    again_too: &'static [&'static str],
    done: Done,
    either: Either,
}

impl Attempt {
    /// A browser posts `body` to a route of the tenant; a success has this status.
    pub fn post(browser: &Client, tenant: &Tenant, route: &str, body: Value, success: u16) -> Self {
        Self {
            browser: browser.clone(),
            tenant: tenant.clone(),
            path: tenant.at(route),
            body: Some(body),
            by_operator: false,
            success,
            leaves: None,
            already: 0,
            told: None,
            again_too: &[],
            done: Box::new(|_, _| {}),
            either: Box::new(|_| {}),
        }
    }

    /// A browser reads.
    pub fn get(browser: &Client, tenant: &Tenant, route: &str) -> Self {
        Self { body: None, ..Self::post(browser, tenant, route, Value::Null, 200) }
    }

    /// The operator posts to a path.
    pub fn by_operator(tenant: &Tenant, path: &str, body: Value, success: u16) -> Self {
        let path = path.to_owned();
        Self { path, by_operator: true, ..Self::post(&tenant.client(), tenant, "", body, success) }
    }

    /// It leaves exactly one entry of this event about this person in the log.
    pub fn leaves(mut self, event: &'static str, about: &str) -> Self {
        self.leaves = Some((event, about.to_owned()));
        self
    }

    /// After as many like it as came of what she did before. The log hears of them a moment later.
    pub fn after(mut self, already: usize) -> Self {
        self.already = already;
        self
    }

    /// And somebody is told of it: whether that is so.
    pub fn tells(mut self, told: impl Fn() -> bool + 'static) -> Self {
        self.told = Some(Box::new(told));
        self
    }

    /// Sent again after it was done but not acknowledged it may be told this instead of its outcome.
    pub fn or_again(mut self, shorts: &'static [&'static str]) -> Self {
        self.again_too = shorts;
        self
    }

    /// What must hold afterwards, of the people that it is about.
    pub fn then<P: 'static>(
        mut self,
        people: P,
        done: impl FnOnce(&P, &Client, &Answer) + 'static,
        either: impl FnOnce(&P, &Client) + 'static,
    ) -> Self {
        let people = Rc::new(people);
        let also = Rc::clone(&people);
        self.done = Box::new(move |client, answer| done(&people, client, answer));
        self.either = Box::new(move |client| either(&also, client));
        self
    }

    /// Sends it while `fault` waits for its call. A refusal is sent again under the same key, or never again.
    pub fn run(self, switch: &Switch, fault: Option<&Fault>, again: bool) -> Seen {
        let key = random::idempotency_key();
        edge_mfa_tests::eventually("what came before to be in the log", || self.entries() >= self.already);
        let before = self.entries();
        assert_eq!(before, self.already, "{:?}", self.leaves);
        switch.hold(fault);
        let first = self.send(&key);
        let seen = switch.release();
        let Some(fault) = fault else {
            assert_eq!(first.status, self.success, "without a fault: {first}");
            self.was_done(&first, before);
            return seen;
        };
        if seen.fired && fault.is_loud() {
            assert!(seen.alarmed(), "nothing in the log ({:?}) of what was answered with {first}", seen.log);
        }
        if first.status == self.success {
            self.was_done(&first, before);
            return seen;
        }
        assert!(seen.fired, "refused without a fault: {first}");
        self.is_a_refusal(&first);
        if !again {
            (self.either)(&self.browser);
            return seen;
        }
        let second = self.send(&key);
        if self.again_too.contains(&second.short().as_str()) {
            (self.either)(&self.browser);
        } else {
            assert_eq!(second.status, self.success, "sent again after {}: {second}", first.short());
            self.was_done(&second, before);
        }
        seen
    }

    fn was_done(self, answer: &Answer, before: usize) {
        laws::hold(answer, self.browser.door().document());
        if self.leaves.is_some() {
            edge_mfa_tests::eventually("its entry in the log", || self.entries() > before);
            assert_eq!(self.entries(), before + 1, "{:?}", self.leaves);
        }
        if let Some(told) = self.told {
            edge_mfa_tests::eventually("somebody to be told", told);
        }
        (self.done)(&self.browser, answer);
    }

    /// A refusal is a problem, lets nobody in and takes nothing away.
    fn is_a_refusal(&self, answer: &Answer) {
        laws::hold_in_trouble(answer, self.browser.door().document());
        assert!(answer.status >= 400, "{answer}");
        assert!(answer.cookies().is_empty(), "refused with a cookie: {answer}");
        let text = answer.text();
        assert!(!text.contains("the test has made") && !text.contains("panic"), "it tells too much: {answer}");
    }

    fn send(&self, key: &str) -> Answer {
        let method = if self.body.is_some() { "POST" } else { "GET" };
        let mut ask = self.browser.ask(method, &self.path);
        if let Some(body) = &self.body {
            ask = ask.json(body).key(key);
        }
        if self.by_operator {
            ask = ask.operator();
        }
        // Past the proxy of `wrangler dev`, which now and then loses its way to the Worker.
        let tries = std::iter::repeat_with(|| ask.clone().try_send().expect("an answer"));
        tries.into_iter().find(|answer| !answer.is_of_the_proxy()).expect("the supply is endless")
    }

    fn entries(&self) -> usize {
        let Some((event, about)) = &self.leaves else { return 0 };
        let path = format!("/api/v1/operator/tenants/{}/audit?about={about}&what={event}&limit=500", self.tenant.id);
        let page = self.tenant.client().ask("GET", &path).operator().send();
        // Of a tenant that is none there is no log.
        if page.status == 404 { 0 } else { page.is(200)["entries"].as_array().expect("a list").len() }
    }
}
