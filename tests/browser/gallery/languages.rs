//! Every language on the narrowest page: some words are twice as long as ours, and some are read from the right.

use edge_mfa_tests::{Administrator, Edge, Member, Tenant, json};

use super::look;
use super::wall::{Wall, soon};
use crate::office::{sign_in, sign_in_with_code};
use crate::steps::{ready, stage};

/// In each language of the chooser, one after the other: what is cut off or sticks out, on whichever side. What only those
/// hear who listen is clipped on purpose.
const LOOK: &str = "const list = document.querySelector('#language');
    const text = (it) => (it.innerText || it.value || it.id).slice(0, 40);
    const is_clipped = (it) => it && (getComputedStyle(it).clipPath !== 'none' || is_clipped(it.parentElement));
    const look = () => {
        const seen = [...document.querySelectorAll('body *:not(.skip)')].filter((it) => it.checkVisibility() && !is_clipped(it));
        const cut = seen.filter((it) => it.matches('button, .button, summary, label, h1, h2, a') && it.scrollWidth > it.clientWidth + 1
            && getComputedStyle(it).display !== 'inline');
        const out = seen.filter((it) => { const { left, right, width } = it.getBoundingClientRect(); return width > 1 && (left < -1 || right > innerWidth + 1); });
        const wide = document.documentElement.scrollWidth > innerWidth ? ['the page is too wide'] : [];
        return [...wide, ...cut.map((it) => `cut: ${text(it)}`), ...out.map((it) => `out: ${it.tagName} ${text(it)}`)];
    };
    return (async () => {
        const faults = [];
        for (const { value } of [...list.options]) {
            list.value = value;
            list.dispatchEvent(new Event('change', { bubbles: true }));
            for (let waits = 0; document.documentElement.lang !== value && waits < 100; waits += 1) await new Promise((resolve) => setTimeout(resolve, 20));
            if (document.documentElement.lang !== value) faults.push(`${value}: it is not spoken`);
            faults.push(...look().map((fault) => `${value}: ${fault}`));
        }
        return { count: list.options.length, faults };
    })()";

/// What is wrong with the page that is open, in any language.
fn look(wall: &Wall, page: &str, faults: &mut Vec<String>) {
    look::hold(wall, 320, 640, 1);
    wall.set_type();
    let seen = wall.run(LOOK, json!([]));
    assert!(seen["count"].as_u64() > Some(1), "no language to choose: {seen}");
    let said = seen["faults"].as_array().expect("a list").iter();
    faults.extend(said.map(|fault| format!("{page} in {}", fault.as_str().unwrap_or_default())));
    look::hold(wall, 1280, 800, 1);
}

#[test]
fn every_language_at_320_pixels() {
    let wall = Wall::open();
    let tenant = Tenant::mfa(Edge::shared());
    let anna = Administrator::of(&tenant);
    Member::join_as(&tenant, "bert");
    let mut faults = Vec::new();
    let mut at = |path: &str, page: &str, name: &str| {
        wall.go_to(path);
        ready(&wall);
        stage(&wall, page, name);
        look(&wall, page, &mut faults);
    };
    at("/", "index", "ask");
    at("/no/such/page", "not-found", "not-found");
    for (page, name) in [("sign-in", "password"), ("forgot", "ask"), ("sign-out", "ask"), ("confirm", "confirm")] {
        at(&tenant.page(page), page, name);
    }
    at(&tenant.page(&format!("invitation#{}", tenant.invite("carla"))), "invitation", "choose");
    let link = json!({"name": tenant.name, "username": "bert", "purpose": "burnt", "password_min_length": 8});
    let shown = json!({"next": "code", "application": "Shop", "host": "shop.example", "username": "bert",
        "expires_at": soon(), "remembered_devices": true, "not_now": "#", "password_change": "#"});
    let started = json!({"enrolment_id": "e", "key_uri": "otpauth://totp/Zeta:bert?secret=AAAA&issuer=Zeta",
        "secret": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "tenant_name": "Zeta", "username": "bert", "expires_at": soon()});
    wall.pretend(json!([
        ["/password/link", 200, link],
        ["/second-factor/page", 200, shown],
        ["/enrolment/start", 200, started]
    ]));
    at(&tenant.page("password#a-link"), "password", "burnt");
    at(&tenant.page("second-factor"), "second-factor", "code");
    at(&tenant.page("enrol"), "enrol", "authenticator");
    wall.be_honest();
    sign_in_with_code(&wall, &anna.member, anna.phone());
    for page in ["account", "members", "settings", "applications", "audit"] {
        at(&tenant.page(page), page, page);
    }
    let fresh = Administrator::of(&Tenant::password_only(Edge::shared()));
    sign_in(&wall, &fresh.member);
    for (page, name) in [("set-up", "choose"), ("external", "configure")] {
        at(&fresh.tenant().page(page), page, name);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    wall.close();
}
