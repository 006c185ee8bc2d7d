//! Two tenants with the same names in both, and one live token of each kind in each.

use edge_mfa_tests::client::{Ask, DEVICE, PAGE, PENDING, SESSION};
use edge_mfa_tests::member::{Enrolled, Enrolment};
use edge_mfa_tests::platform::RETURN;
use edge_mfa_tests::platform_page::reference_in;
use edge_mfa_tests::{Administrator, Client, Edge, Member, Platform, Provisioner, Tenant, Value, json};

use super::route::{Route, Whose};

/// A kind of token and one of it.
pub type Token = (&'static str, String);

/// One tenant where MFA is on, with its people.
pub struct Site {
    pub tenant: Tenant,
    pub anna: Administrator,
    pub bert: Enrolled,
    /// The id by which paths name bert.
    pub bert_id: String,
    /// Bert's browser after the password step.
    pub pending: Client,
    /// The id of the device on which bert is remembered.
    pub device_id: String,
    /// Somebody who is enrolling, in which browser, and with what.
    pub carol: Member,
    pub enrolling: Client,
    pub enrolment: Enrolment,
    /// A platform with a login of its own, and a sign-in that it has begun.
    pub platform: Platform,
    /// A directory elsewhere that says who belongs.
    pub provisioner: Provisioner,
    pub vouched: String,
    /// Browsers on our page: of somebody who owes a code, and of somebody who enrols.
    pub on_page: Client,
    pub enrolling_on_page: Client,
    /// One live token of each kind, bert's where it is a person's.
    pub tokens: Vec<Token>,
}

impl Site {
    pub fn open() -> Self {
        let edge = Edge::shared();
        let tenant = Tenant::mfa(edge);
        let anna = Administrator::of(&tenant);
        let bert = Member::join_as(&tenant, "bert.b").enrol();
        let carol = Member::join_as(&tenant, "carol.c");
        let enrolling = carol.pending("enrol");
        let enrolment = carol.start_enrolment(&enrolling);
        let device = bert.remembered().cookie(DEVICE).expect("a device");
        let pending = bert.pending();
        tenant.client().post(&tenant.at("/password/forgot"), json!({"username": "bert.b"})).is(202);
        let link = edge.mailbox().wait(&tenant.id, "bert.b", "password-link-issued").token();
        let provisioner = Provisioner::of(&anna);
        provisioner.ask("GET", "/ServiceProviderConfig").is(200);
        let platform = Platform::of(&anna);
        platform.make("erin.e").is(204);
        let vouched = platform.pending("erin.e", "enrolment-needed");
        let frank = platform.person();
        let reference = {
            let page = platform.on_page(&frank.username);
            reference_in(&page.code(&frank.phone.next_code()).is(200))
        };
        let way = platform.sends(&frank.username, json!({"return_to": RETURN})).way;
        let on_page = platform.on_page(&frank.username).browser;
        platform.make("gina.g").is(204);
        let enrolling_on_page = {
            let page = platform.on_page("gina.g");
            page.start_enrolment();
            page.browser
        };
        let tokens = vec![
            ("pending", pending.cookie(PENDING).expect("pending")),
            ("session", bert.client.cookie(SESSION).expect("a session")),
            ("device", device),
            ("invitation", tenant.invite("dora.d")),
            ("password link", link),
            ("operator", edge.door().operator_token().to_owned()),
            ("application", platform.key.clone()),
            ("vouched", vouched.clone()),
            ("way to a page", way),
            ("page", on_page.cookie(PAGE).expect("a page")),
            ("reference", reference),
        ];
        let devices = bert.member.account(&bert.client)["devices"].clone();
        let device_id = devices[0]["id"].as_str().expect("an id").to_owned();
        let bert_id = anna.id_of("bert.b");
        Self {
            tenant,
            anna,
            bert,
            bert_id,
            pending,
            device_id,
            carol,
            enrolling,
            enrolment,
            platform,
            provisioner,
            vouched,
            on_page,
            enrolling_on_page,
            tokens,
        }
    }

    /// A token of this kind.
    pub fn token(&self, kind: &str) -> &str {
        match kind {
            "provisioning" => &self.provisioner.key,
            _ => &self.tokens.iter().find(|it| it.0 == kind).expect("a kind of token").1,
        }
    }

    /// The route's path here, about bert.
    pub fn path(&self, route: &Route) -> String {
        route.about(&self.tenant.id, &self.bert_id, &self.platform.application)
    }

    /// A browser of whoever may pass.
    pub fn entitled(&self, route: &Route) -> Client {
        match route.whose {
            Whose::Public | Whose::Operator | Whose::Application | Whose::Provisioning => self.tenant.client(),
            Whose::Pending if route.path.contains("/enrolment/") => self.enrolling.clone(),
            Whose::Pending => self.pending.clone(),
            Whose::Page if route.path.contains("/enrolment/") => self.enrolling_on_page.clone(),
            Whose::Page => self.on_page.clone(),
            Whose::Session => self.bert.client.clone(),
            Whose::Administrator => self.anna.client.clone(),
        }
    }

    /// A browser that holds this token as the kind of cookie that the route looks at, or as its bearer token.
    pub fn with_token<'a>(&self, client: &'a Client, route: &Route, method: &str, token: &str) -> Ask<'a> {
        let slot = match route.whose {
            Whose::Pending => PENDING,
            Whose::Page => PAGE,
            _ => SESSION,
        };
        client.with_jar(|jar| jar.put(slot, token));
        let ask = client.ask(method, &self.path(route));
        if route.is_borne() { ask.header("authorization", &format!("Bearer {token}")) } else { ask }
    }

    /// The bearer token that the route asks for, if it asks for one.
    pub fn bearer(&self, route: &Route) -> Option<&str> {
        match route.whose {
            Whose::Operator => Some(self.token("operator")),
            Whose::Application => Some(self.token("application")),
            Whose::Provisioning => Some(self.token("provisioning")),
            _ => None,
        }
    }

    /// With that token.
    pub fn bearing<'a>(&self, route: &Route, ask: Ask<'a>) -> Ask<'a> {
        match self.bearer(route) {
            Some(token) => ask.header("authorization", &format!("Bearer {token}")),
            None => ask,
        }
    }

    /// What can be seen of everything here through the public doors, and what everybody was told.
    pub fn seen(&self) -> Value {
        let log = self.anna.see("/audit?newest=1&limit=60")["entries"].clone();
        let happened = log.as_array().expect("a list").iter().find(|it| it["what"]["event"] != "act-refused").cloned();
        let account = |person: &Client| {
            let mut account = person.get(&self.tenant.at("/account")).is(200);
            // A proof grows old by itself.
            account["step_up_until"] = json!(null);
            account
        };
        let mail: Vec<_> =
            Edge::shared().mailbox().of(&self.tenant.id).iter().map(|it| it.event().to_owned()).collect();
        json!({
            "operator's view": self.tenant.seen_by_operator(),
            "last event": happened,
            "members": self.anna.see("/members?limit=100"),
            "settings": self.anna.settings(),
            "applications": self.anna.see("/settings/applications"),
            "anna": account(&self.anna.client),
            "bert": account(&self.bert.client),
            "mail": mail,
        })
    }

    /// Panics unless everything that was begun here can still be ended: what was refused has used up nothing.
    pub fn can_go_on(&self) {
        let post = |route: &str, body: Value| self.tenant.client().post(&self.tenant.at(route), body);
        post("/invitation/preview", json!({"token": self.token("invitation")})).is(200);
        post("/password/link", json!({"token": self.token("password link")})).is(200);
        self.bert.member.enter_code(&self.pending, &self.bert.phone.next_code()).is(200);
        let code = self.enrolment.phone.next_code();
        self.carol.confirm(&self.enrolling, &self.enrolment.id, &code).is(200);
        self.bert.member.session(&self.bert.client).is(200);
        self.platform.start_enrolment(&self.vouched);
        self.on_page.get(&self.tenant.at("/second-factor/page")).is(200);
    }
}
