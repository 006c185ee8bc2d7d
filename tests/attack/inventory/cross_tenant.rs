//! What is good at one tenant is nothing at another: sessions, pending sign-ins, tokens, names, ids. Both sides are
//! looked at after each route.

use edge_mfa_tests::client::SESSION;
use edge_mfa_tests::{Member, Value, json, random};

use super::authorization::{bodies, request, token_in_body};
use super::body::with;
use super::cases::Cases;
use super::people::Site;
use super::route::{Route, Whose};
use super::routes;

/// Two tenants, and somebody whose name only the second knows.
struct World {
    here: Site,
    there: Site,
    only_there: Member,
}

pub fn cases() -> Cases {
    let (here, there) = std::thread::scope(|scope| {
        let here = scope.spawn(Site::open);
        let there = Site::open();
        (here.join().expect("a tenant"), there)
    });
    let only_there = Member::join_as(&there.tenant, "only.there");
    let world = World { here, there, only_there };
    let mut cases = Cases::default();
    let mut seen = (world.here.seen(), world.there.seen());
    for route in routes() {
        for body in bodies(route, &world.here) {
            match route.whose {
                Whose::Public => world.open(&mut cases, route, &body),
                Whose::Operator => world.operator(&mut cases, route, &body),
                Whose::Application => world.application(&mut cases, route, &body),
                Whose::Provisioning => world.provisioning(&mut cases, route, &body),
                _ => world.closed(&mut cases, route, &body),
            }
        }
        seen = (cases.unchanged(route, &world.here, seen.0), cases.unchanged(route, &world.there, seen.1));
    }
    cases.goes_on(&world.here);
    cases.goes_on(&world.there);
    cases
}

impl World {
    fn closed(&self, cases: &mut Cases, route: &Route, body: &Value) {
        // Her own tenant's session at the other's path, about either's members.
        for id in [&self.here.bert_id, &self.there.bert_id] {
            let path = route.at(&self.here.tenant.id, id);
            let mut strangers = vec![self.there.entitled(route)];
            if route.whose == Whose::Session {
                strangers.push(self.there.anna.client.clone());
            }
            for stranger in strangers {
                cases.expect(route, "another tenant's", request(&stranger, route, &path, body), route.refusal());
            }
        }
        let own = self.here.entitled(route);
        if route.path.contains("{member}") {
            let path = route.at(&self.here.tenant.id, &self.there.bert_id);
            // A connection link exists at tenants with a provider alone, and that is asked first.
            let expected = if route.path.ends_with("/connection-link") { "409 wrong_mode" } else { "404 not_found" };
            cases.expect(route, "another tenant's member", request(&own, route, &path, body), expected);
        }
        if route.path.contains("{application}") {
            let path = route.about(&self.here.tenant.id, &self.here.bert_id, &self.there.platform.application);
            cases.expect(route, "another tenant's application", request(&own, route, &path, body), "404 not_found");
        }
        let path = self.here.path(route);
        if route.has_field("enrolment_id") {
            let mut body = with(body, "enrolment_id", json!(self.there.enrolment.id));
            if route.has_field("epoch") {
                // One that is still to come: the present one is answered as what was completed under it.
                body["epoch"] = json!(2);
            }
            let expected =
                if route.path.contains("/set-up/") { "409 set_up_overtaken" } else { "409 enrolment_superseded" };
            cases.expect(route, "another tenant's enrolment", request(&own, route, &path, &body), expected);
        }
        if route.has_field("device_id") {
            let body = with(body, "device_id", json!(self.there.device_id));
            let answer = cases.expect(route, "another tenant's device", request(&own, route, &path, &body), "200");
            cases.holds(route, "no device was forgotten", || match answer.map(|it| it.json()["forgotten"] == 0) {
                Some(true) => Ok(()),
                _ => Err("something was forgotten".to_owned()),
            });
        }
    }

    /// A platform is one tenant's, and so is what it has begun.
    fn application(&self, cases: &mut Cases, route: &Route, body: &Value) {
        let client = self.here.tenant.client();
        let theirs = request(&client, route, &self.here.path(route), body)
            .header("authorization", &format!("Bearer {}", self.there.platform.key));
        cases.expect(route, "another tenant's platform", theirs, "401 application_key_refused");
        let own = |body: &Value| self.here.bearing(route, request(&client, route, &self.here.path(route), body));
        if route.has_field("pending") {
            let body = with(body, "pending", json!(self.there.vouched));
            cases.expect(route, "another tenant's sign-in", own(&body), "401 sign_in_expired");
        }
        if route.has_field("device") {
            let body = with(body, "username", json!(self.only_there.username));
            cases.expect(route, "another tenant's member", own(&body), "404 member_unknown");
        }
    }

    /// A directory elsewhere is one tenant's, and so are its users.
    fn provisioning(&self, cases: &mut Cases, route: &Route, body: &Value) {
        let client = self.here.tenant.client();
        let bearer = format!("Bearer {}", self.there.provisioner.key);
        let path = self.here.path(route);
        let theirs = request(&client, route, &path, body).header("authorization", &bearer);
        cases.expect(route, "another tenant's directory", theirs, "401");
        if route.path.contains("{user}") {
            let users = self.there.provisioner.find("userName eq \"bert.b\"");
            let user = users[0]["id"].as_str().expect("an id");
            let path = route.of(&self.here.tenant.id, "", "", user);
            let own = self.here.bearing(route, request(&client, route, &path, body));
            cases.expect(route, "another tenant's user", own, "404");
        }
    }

    /// The operator is everybody's; whoever runs a tenant is not the operator, and a tenant is what its path says.
    fn operator(&self, cases: &mut Cases, route: &Route, body: &Value) {
        let anna = &self.there.anna.client;
        let session = anna.cookie(SESSION).expect("a session");
        for site in [&self.here, &self.there] {
            let ask =
                request(anna, route, &site.path(route), body).header("authorization", &format!("Bearer {session}"));
            cases.expect(route, "an administrator", ask, "401 unauthenticated");
        }
        let nobody = self.here.tenant.client();
        if route.path.contains("{tenant}") {
            let unknown = random::name("t");
            let body = if route.has_field("confirmation") { json!({"confirmation": unknown}) } else { body.clone() };
            let ask = request(&nobody, route, &route.at(&unknown, ""), &body).operator();
            cases.expect(route, "a tenant that is not there", ask, "404 not_found");
            if route.has_field("confirmation") {
                let body = json!({"confirmation": self.there.tenant.id});
                let ask = request(&nobody, route, &self.here.path(route), &body).operator();
                cases.expect(route, "another tenant's name", ask, "400 confirmation_wrong");
            }
            if route.has_field("username") && route.has_field("reason") {
                let body = with(&body, "username", json!(self.only_there.username));
                let ask = request(&nobody, route, &self.here.path(route), &body).operator();
                cases.expect(route, "another tenant's member", ask, "404 not_found");
            }
        }
        if route.has_field("tenant") {
            let body = with(body, "tenant", json!(self.there.tenant.id));
            cases.expect(
                route,
                "another's name",
                request(&nobody, route, &self.here.path(route), &body).operator(),
                "409 conflict",
            );
        }
    }

    fn open(&self, cases: &mut Cases, route: &Route, body: &Value) {
        let (path, client) = (self.here.path(route), self.here.tenant.client());
        let nobody = request(&client, route, &path, body).send().short();
        for stranger in [&self.there.anna.client, &self.there.pending, &self.there.enrolling, &self.there.bert.client] {
            cases.expect(route, "another tenant's", request(&stranger.clone(), route, &path, body), &nobody);
        }
        if route.has_field("token") {
            let (right, refused) = token_in_body(route);
            let body = with(body, "token", json!(self.there.token(right)));
            cases.expect(route, "another tenant's token", request(&client, route, &path, &body), refused);
        }
        if route.has_field("username") {
            let mut body = with(body, "username", json!(self.only_there.username));
            if route.has_field("password") {
                body["password"] = json!(self.only_there.password);
            }
            cases.expect(route, "another tenant's member", request(&client, route, &path, &body), &nobody);
        }
    }
}
