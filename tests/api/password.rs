//! Choosing a password: length by the tenant's mode, a blocklist, and reasons that help.

use edge_mfa_tests::{Answer, Edge, Tenant, json};

fn choose(tenant: &Tenant, token: &str, password: &str) -> Answer {
    let body = json!({"token": token, "password": password});
    tenant.client().post(&tenant.at("/invitation/accept"), body)
}

fn refused(answer: &Answer, reason: &str, min_length: u64) {
    let body = answer.problem(400, "password_unacceptable");
    assert_eq!(body["reason"], reason, "{answer}");
    assert_eq!(body["min_length"], min_length, "{answer}");
}

#[test]
fn the_shortest_password_depends_on_the_mode() {
    let edge = Edge::shared();
    for (tenant, least) in [(Tenant::mfa(edge), 8), (Tenant::password_only(edge), 15)] {
        let token = &tenant.invitation;
        // A length counts characters, not bytes.
        for symbol in ["q", "é", "😀"] {
            let short = format!("x7{}", symbol.repeat(least - 3));
            refused(&choose(&tenant, token, &short), "too_short", least as u64);
        }
        refused(&choose(&tenant, token, ""), "too_short", least as u64);
        let fits = format!("x7{}", "é😀".repeat(8).chars().take(least - 2).collect::<String>());
        choose(&tenant, token, &fits).is(201);
        let body = json!({"username": "anna", "password": fits});
        tenant.client().post(&tenant.at("/sign-in"), body).is(200);
    }
}

#[test]
fn a_password_may_be_256_characters_long_and_no_longer() {
    let tenant = Tenant::mfa(Edge::shared());
    let long: String = "aB3$é😀zQ".chars().cycle().take(256).collect();
    refused(&choose(&tenant, &tenant.invitation, &format!("{long}x")), "too_long", 8);
    choose(&tenant, &tenant.invitation, &long).is(201);
    let sign_in = |password: &str| {
        let body = json!({"username": "anna", "password": password});
        tenant.client().post(&tenant.at("/sign-in"), body)
    };
    sign_in(&long).is(200);
    // Nothing is cut off silently.
    let cut: String = long.chars().take(255).collect();
    sign_in(&cut).problem(401, "sign_in_refused");
    let more = sign_in(&format!("{long}x"));
    assert!(matches!(more.status, 400 | 401), "{more}");
}

#[test]
fn common_passwords_and_the_username_are_refused() {
    let tenant = Tenant::mfa(Edge::shared());
    let token = tenant.invite("bertrand");
    for common in ["password", "12345678", "password1", "Password1", "qwertyuiop", "iloveyou"] {
        refused(&choose(&tenant, &token, common), "blocklisted", 8);
    }
    for named in ["bertrand", "bertrand99", "xxBERTRANDxx"] {
        refused(&choose(&tenant, &token, named), "contains_username", 8);
    }
    // The invitation outlives the refusals.
    choose(&tenant, &token, "xk-29 lamp").is(201);
}

#[test]
fn a_password_is_taken_as_typed() {
    let tenant = Tenant::mfa(Edge::shared());
    for (number, password) in
        ["  spaces around  ", "quote\"back\\slash", "tab\tand\nline", "null\u{0}inside", "ﬁ-ligature é"]
            .iter()
            .enumerate()
    {
        let username = format!("member{number}");
        let token = tenant.invite(&username);
        choose(&tenant, &token, password).is(201);
        let sign_in = |password: &str| {
            let body = json!({"username": username, "password": password});
            tenant.client().post(&tenant.at("/sign-in"), body)
        };
        sign_in(password).is(200);
    }
}
