//! Where links lead is the operator's to say, never the asker's.

use edge_mfa_tests::member::Enrolled;
use edge_mfa_tests::{Edge, Tenant, json};

/// The edge of the tests has no `PUBLIC_ORIGIN`: it answers on this machine alone.
#[test]
fn a_host_that_nobody_set_up_gets_no_link_and_no_sign_in() {
    let edge = Edge::shared();
    let tenant = Tenant::mfa(edge);
    let bert = Enrolled::join(&tenant);
    let asked = [
        ("/password/forgot", json!({"username": bert.member.username})),
        ("/sign-in", json!({"username": bert.member.username, "password": bert.member.password})),
    ];
    for host in ["evil.example", "localhost.evil.example", "evil.example:80", "127.0.0.1.evil.example"] {
        for (route, body) in &asked {
            let client = tenant.client();
            let ask = client.ask("POST", &tenant.at(route)).json(body);
            let answer = ask.header("host", host).try_send().expect("an answer");
            assert_eq!(answer.short(), "503 unavailable", "{host}{route}");
        }
    }
    // Asked where it is set up, one link is sent, to this edge.
    tenant.client().post(&tenant.at("/password/forgot"), json!({"username": bert.member.username})).is(202);
    let link = edge.mailbox().wait(&tenant.id, &bert.member.username, "password-link-issued").link.expect("a link");
    assert!(link.starts_with(edge.door().origin()), "{link}");
    let links = edge.mailbox().of(&tenant.id).into_iter().filter_map(|it| it.link);
    assert!(links.clone().all(|link| link.starts_with(edge.door().origin())), "{:?}", links.collect::<Vec<_>>());
}
